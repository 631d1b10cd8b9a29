//! What a newcomer sees: an organization to try things with, and lines that try them.

use domain::access::{NewService, Role, Scopes};
use domain::ports::NewOrganization;
use domain::value::Name;
use http_api::Ports;

use crate::admin::{organization, store_failed};
use crate::config::{Config, Database};
use crate::failure::Failure;
use crate::output;

/// On the first start on an empty data directory, makes a demonstration organization with a service, and prints their
/// keys and lines for the shell. All of it is a shell script: what is no command is a comment.
pub(crate) async fn greet(config: &Config, ports: &Ports, url: &str) -> Result<(), Failure> {
    let asked_for = matches!(config.database, Database::Embedded(_));
    if asked_for && ports.organizations.list().await.map_err(store_failed)?.is_empty() {
        let (organization, service) = demonstration(ports).await?;
        output::say(&script(url, &organization, &service));
    }
    Ok(())
}

async fn demonstration(ports: &Ports) -> Result<(NewOrganization, NewService), Failure> {
    let name = |text| Name::parse(text).map_err(|error| Failure::new("naming the demonstration", &error));
    let organization = organization::new(ports, name("Demonstration")?, name("Main")?);
    ports.organizations.add(organization.clone()).await.map_err(store_failed)?;
    let role = Role::OrganizationManager;
    let service = NewService::generate(
        organization.organization.id,
        name("Demonstration")?,
        role,
        Scopes::usual(role),
        ports.clock.now(),
        ports.ids.as_ref(),
        ports.secrets.as_ref(),
    );
    ports.services.add(service.clone()).await.map_err(store_failed)?;
    Ok((organization, service))
}

fn script(url: &str, organization: &NewOrganization, service: &NewService) -> String {
    let organization_id = organization.organization.id;
    let location_id = organization.location.id;
    let client_key = service.service.client_key.as_str();
    let client_secret = service.client_secret.reveal();
    let json = "-H 'Content-Type: application/json'";
    format!(
        r#"#
# The data directory was empty, so there is a demonstration organization now. Its keys are shown only this once:
#   organizationId  {organization_id}
#   locationId      {location_id}
#   clientKey       {client_key}
#   clientSecret    {client_secret}
#
# Log in:
URL={url}
JWT=$(curl -s "$URL/v1/sts/login/services" {json} -d '{{"clientKey":"{client_key}","clientSecret":"{client_secret}"}}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
# Create a customer with every field there is:
curl -s -w '\n' "$URL/v3/customers" -H "Authorization: Bearer $JWT" {json} -d '{{"organizationId":"{organization_id}","locationId":"{location_id}","hotspotId":"ap-7","source":"api","username":"ada","password":"correct horse","firstName":"Ada","lastName":"Byron","phoneNumber":"+44 20 7946 0958","phoneVerified":true,"email":"Ada@Example.org","emailVerified":false,"gender":"female","birthDate":"1975-03-16","language":"en","country":"GB","zipCode":"SW1Y 4JH","companyName":"Analytical Engines","civilStatus":"Lady","doubleOptin":"confirm_waiting","custom":{{"tier":"gold"}},"picture":"https://example.org/ada.png","policies":{{"privacy":true,"termsOfUse":true,"minimumAgeVerification":true,"mktgCommunications":false,"customs.loyalty":true}},"document":{{"type":"passport","number":"1","passportNumber":"X1","personalId":"P1","memberId":"M1"}},"lock":false,"profileId":"free","extId":"crm-1","extProp1":"shop-3","extProp2":"card-9","processingData":{{"profiling":false,"processingPersonalData":true}},"device":{{"source":"app","bundle":"org.example.wifi","vendorId":"v1","advId":"a1","installId":"i1","os":"ios","device":"iPhone14,5","created":"2024-03-28T10:15+0000","guid":"g1","modified":"2024-03-28T10:15+0000","lastSeen":"2024-03-28T10:15+0000"}}}}'
# The same person again, found by e-mail, with a new last name:
CUSTOMER=$(curl -s "$URL/v3/customers?deduplicate=email" -H "Authorization: Bearer $JWT" {json} -d '{{"organizationId":"{organization_id}","source":"api","email":"ada@example.org","lastName":"Lovelace"}}' | sed 's/.*"id":"\([^"]*\)".*/\1/') && echo "$CUSTOMER"
# Change the customer by id; null clears:
curl -s -w '\n' -X PUT "$URL/v3/customers/$CUSTOMER" -H "Authorization: Bearer $JWT" {json} -d '{{"hotspotId":null,"language":"it"}}'
# Issue a token that works five times within ten minutes, and look up whose it is:
TOKEN=$(curl -s "$URL/v2/customers/$CUSTOMER/token?expiresIn=600&hits=5" -H "Authorization: Bearer $JWT" | sed 's/.*"token":"\([^"]*\)".*/\1/') && echo "$TOKEN"
curl -s -w '\n' "$URL/v2/customers/tokens/$TOKEN" -H "Authorization: Bearer $JWT"
#
# Documentation of the interface: {url}/docs"#
    )
}
