//! The first start for a new user: a demonstration organization, and commands to try it.

use std::path::Path;

use domain::access::{NewService, Role, Scopes};
use domain::organization::Organization;
use domain::value::Name;
use http_api::Ports;

use crate::admin::{organization, store_failed};
use crate::config::{Config, Database};
use crate::demonstration;
use crate::failure::Failure;
use crate::output;

/// The name of the demonstration organization, its location and its service.
const NAME: &str = "Demonstration";

/// On the first start with an empty data directory, creates a demonstration organization with a service, and prints
/// their keys and commands to try. The output is a shell script: everything except commands is a comment.
pub(crate) async fn greet(config: &Config, ports: &Ports, url: &str) -> Result<(), Failure> {
    if matches!(config.database, Database::Embedded(_))
        && let Some(organization) = demonstration(config, ports).await?
    {
        let service = service(ports, &organization)?;
        ports.services.add(service.clone()).await.map_err(store_failed)?;
        output::say(&script(url, &config.data_dir.join(demonstration::DIRECTORY), &organization, &service));
    }
    Ok(())
}

/// The organization that lacks its service: a new one in a registry that never had one, or the one of a first start that was
/// killed before it got there. Services of an organization that was removed are still listed, as revoked.
async fn demonstration(config: &Config, ports: &Ports) -> Result<Option<Organization>, Failure> {
    let organizations = ports.organizations.list().await.map_err(store_failed)?;
    match <[_; 1]>::try_from(organizations) {
        Ok([Err(_)]) => Ok(None),
        Ok([Ok(only)]) => {
            let begun = only.name.as_str() == NAME && has_no_service(ports).await?;
            Ok(begun.then_some(only))
        }
        Err(organizations) if organizations.is_empty() && has_no_service(ports).await? => {
            let mut new = organization::new(ports, name()?, name()?);
            new.organization.settings.passpoint = demonstration::passpoint(config, ports)?;
            ports.organizations.add(new.clone()).await.map_err(store_failed)?;
            Ok(Some(new.organization))
        }
        Err(_) => Ok(None),
    }
}

async fn has_no_service(ports: &Ports) -> Result<bool, Failure> {
    Ok(ports.services.list().await.map_err(store_failed)?.is_empty())
}

fn service(ports: &Ports, organization: &Organization) -> Result<NewService, Failure> {
    let role = Role::OrganizationManager;
    Ok(NewService::generate(
        organization.id,
        name()?,
        role,
        Scopes::usual(role),
        ports.clock.now(),
        ports.ids.as_ref(),
        ports.secrets.as_ref(),
    ))
}

fn name() -> Result<Name, Failure> {
    Name::parse(NAME).map_err(|error| Failure::new("naming the demonstration", &error))
}

fn script(url: &str, certificates: &Path, organization: &Organization, service: &NewService) -> String {
    let certificates = certificates.display();
    let organization_id = organization.id;
    let location_id = organization.default_location_id;
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
# The page on which this person sets up a device for the Wi-Fi is {url}/activate/$TOKEN
# Its RADIUS server has a throw-away certificate, in {certificates}: see docs/passpoint.md.
#
# Documentation of the interface: {url}/docs"#
    )
}
