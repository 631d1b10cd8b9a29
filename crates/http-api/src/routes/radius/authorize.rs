//! `POST /radius/authorize`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Service;
use domain::customer::Credential;
use domain::value::Username;
use domain::{InvalidValue, ViolationCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::attributes::{Attribute, class_of};
use super::network_name::{NetworkName, id_with_realm};
use crate::edge::envelope;
use crate::session::RadiusServer;
use crate::wire::OctetForm;
use crate::{Api, ApiError};

/// A login attempt. Other attributes of the request are ignored.
#[derive(ToSchema)]
#[schema(as = radiusLogin)]
#[expect(dead_code, reason = "describes the form, of which only the name is read")]
pub(crate) struct LoginForm {
    /// User-Name: a username, or one followed by `@` and the realm of the organization. An empty one belongs to no
    /// customer.
    #[schema(example = "ada")]
    username: String,
    /// Calling-Station-Id.
    #[schema(required = false, example = "02-11-22-33-44-55")]
    calling_station_id: Option<String>,
    /// Called-Station-Id.
    #[schema(required = false, example = "00-11-22-33-44-55:Guest")]
    called_station_id: Option<String>,
    /// NAS-Identifier.
    #[schema(required = false, example = "ap-lobby")]
    nas_identifier: Option<String>,
    /// NAS-IP-Address.
    #[schema(required = false, example = "10.0.0.1")]
    nas_ip: Option<String>,
}

/// The attributes that the RADIUS server compares and returns, by list.
#[derive(Serialize, ToSchema)]
#[schema(as = radiusAttributes)]
pub(crate) struct LoginAttributes {
    /// The right password.
    #[serde(rename = "control:Cleartext-Password")]
    cleartext_password: Attribute,
    /// The customer's id, which is returned with every record of the session.
    #[serde(rename = "reply:Class")]
    class: Attribute,
    /// A name for records by access points that lose the Class: the customer's username with the organization's realm,
    /// by which proxies route it. If such a name cannot be routed, or is another customer's username, it is the
    /// customer's id with the realm. Without a realm it is the username.
    #[serde(rename = "reply:User-Name")]
    user_name: Attribute,
}

/// Returns the password of a customer to a RADIUS server.
///
/// The response is in the form of FreeRADIUS' module rlm_rest, and so has no `status`. The holder of this bearer secret
/// can read every password of the organization. Guestbook only, for services of the role `radius`.
#[utoipa::path(
    post,
    path = "/radius/authorize",
    operation_id = "authorizeLogin",
    tag = "radius",
    security(("radiusBearer" = [])),
    request_body(
        content = LoginForm,
        content_type = "application/x-www-form-urlencoded",
        example = json!({"username": "example-username", "calling_station_id": "02-11-22-33-44-55"}),
    ),
    responses((
        status = 200,
        description = "The customer, and the right password",
        body = LoginAttributes,
        example = json!({
            "control:Cleartext-Password": {"op": ":=", "do_xlat": false, "value": "example-password"},
            "reply:Class": {"op": ":=", "do_xlat": false, "value": "0197f2c8d0a07c53b0d1f1f4b0c7a004"},
            "reply:User-Name": {"op": ":=", "do_xlat": false, "value": "example-username@realm.example.org"},
        }),
    )),
)]
pub(crate) async fn authorize(
    State(api): State<Arc<Api>>,
    RadiusServer(service): RadiusServer,
    form: OctetForm,
) -> Result<Json<LoginAttributes>, ApiError> {
    // Any text is accepted here: one that cannot be a username simply belongs to no customer. A device that gives no
    // name sends an empty one.
    const NOBODY: ApiError = ApiError::NotFound("Nobody has this name.");
    let name = match form.values("username") {
        [] => return Err(wrong(InvalidValue::new(ViolationCode::Required, "is required"))),
        [name] => std::str::from_utf8(name).map_err(|_| NOBODY)?,
        _ => return Err(wrong(InvalidValue::invalid("must not be given twice"))),
    };
    let Found { credential, network_name } = find(&api, &service, name).await?.ok_or(NOBODY)?;
    if credential.locked {
        return Err(ApiError::CustomerLocked);
    }
    envelope::note(credential.customer_id, "login authorized");
    Ok(Json(LoginAttributes {
        cleartext_password: Attribute::new(credential.password.reveal()),
        class: class_of(credential.customer_id),
        user_name: Attribute::new(&network_name),
    }))
}

fn wrong(username: InvalidValue) -> ApiError {
    ApiError::InvalidParameters(vec![username.at("username")])
}

/// A customer who logs in, and the name for records of the session.
struct Found {
    credential: Credential,
    network_name: String,
}

/// Finds the customer of a name. Customers are not cached, so a lock applies to the next login.
async fn find(api: &Api, service: &Service, name: &str) -> Result<Option<Found>, ApiError> {
    let (organization_id, directory) = (service.organization_id, &api.ports.radius.directory);
    let realm = api.radius.realm(organization_id).await?;
    let usernames = Username::meant_by(name, realm.as_ref());
    for username in &usernames {
        let routed = NetworkName::of(username, realm.as_ref());
        // Another customer may have that name. One that comes earlier in the list was not found.
        let rival = match &routed {
            NetworkName::WithRealm(name) => Username::restore(name).ok().filter(|rival| !usernames.contains(rival)),
            _ => None,
        };
        let is_taken = async {
            match &rival {
                Some(rival) => Ok(directory.credential(organization_id, rival).await?.is_some()),
                None => Ok(false),
            }
        };
        // Concurrently, so that a store that combines look-ups runs one query for both.
        let (found, is_taken) = tokio::try_join!(directory.credential(organization_id, username), is_taken)?;
        let Some(credential) = found else { continue };
        let network_name = match (routed, realm.as_ref()) {
            (NetworkName::WithRealm(name), _) if !is_taken => name,
            (NetworkName::WithRealm(_) | NetworkName::Id, Some(realm)) => id_with_realm(credential.customer_id, realm),
            (NetworkName::Id, None) => credential.customer_id.to_string(),
            _ => username.as_str().to_owned(),
        };
        return Ok(Some(Found { credential, network_name }));
    }
    Ok(None)
}
