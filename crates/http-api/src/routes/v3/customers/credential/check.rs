//! `POST /v3/customers/credential/check`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::access::Operation;
use domain::customer::{Credential, InstallationChanges, Patch, ReportInstallation};
use domain::ports::CustomerError;
use domain::value::{CustomerId, Text, Username};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::edge::envelope;
use crate::limit::{Attempt, Became};
use crate::session::{Caller, install_id};
use crate::wire::{JsonBody, Member, OK, Reader, time};
use crate::{Api, ApiError};

/// The credentials that a person typed.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = customerCredential)]
pub(crate) struct CredentialBody {
    /// The service's own organization.
    #[schema(value_type = String, example = "0197f2c8d0a07c53b0d1f1f4b0c7a001")]
    organization_id: Member,
    /// The username.
    #[schema(value_type = String, max_length = 255, example = "ada")]
    username: Member,
    /// The password.
    #[schema(value_type = String, max_length = 255, format = Password)]
    password: Member,
}

/// The result of the check.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = credentialCheck)]
pub(crate) struct CheckResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// Whether a customer has this username and this password, and is not locked.
    present: bool,
    /// The customer's id, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The customer's id in an external system, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ext_id: Option<String>,
}

/// Any text that a person could take for a name or a password; real ones are shorter. `None` if nothing was typed,
/// which is neither a username nor a password of any customer.
type Typed = Option<Text<255>>;

/// Checks a customer's username and password.
///
/// The response is 200 whether or not they are right; `present` has the result. It is false for a locked customer, who
/// cannot log in anywhere, and if one of the two is empty.
#[utoipa::path(
    post,
    path = "/v3/customers/credential/check",
    operation_id = "checkCredential",
    tag = "customers",
    request_body(
        content = CredentialBody,
        example = json!({
            "organizationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
            "username": "example-username",
            "password": "example-password",
        }),
    ),
    responses((
        status = 200,
        description = "Whether they are right, and the customer's ids",
        body = CheckResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "present": true,
            "id": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
            "extId": "crm-1",
        }),
    )),
)]
pub(crate) async fn check(
    State(api): State<Arc<Api>>,
    caller: Caller,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Json<CheckResponse>, ApiError> {
    caller.require(Operation::CheckCredential)?;
    let (username, password) = read(&api, &caller, body)?;
    let (username, password) = (typed(&username), typed(&password));
    let this = api.passwords.begin(caller.service.id, username, password)?;
    let turn = api.apps.begin(&caller.service, Attempt::Look)?;
    let found = match Username::parse(username) {
        Ok(username) => api.ports.directory.credential(caller.service.organization_id, &username).await?,
        // It cannot be a username.
        Err(_) => None,
    };
    let admitted = Credential::admit(found, password);
    turn.end(if admitted.is_some() { Became::Found } else { Became::Missed });
    if let Some(credential) = &admitted {
        envelope::note(credential.customer_id, "password checked");
        api.passwords.remember(&this);
        attach(&api, &caller, &headers, credential.customer_id).await;
    }
    Ok(Json(CheckResponse {
        status: OK,
        generated: time(api.ports.clock.now()),
        present: admitted.is_some(),
        id: admitted.as_ref().map(|credential| credential.customer_id.to_string()),
        ext_id: admitted.and_then(|credential| credential.ext_id).map(|id| id.as_str().to_owned()),
    }))
}

/// Records the app that sent the right password as running on one of the customer's devices, since it reports the
/// device afterwards. Every instance has to know by then that the device is the customer's.
async fn attach(api: &Api, caller: &Caller, headers: &HeaderMap, customer_id: CustomerId) {
    let service = &caller.service;
    let Some(id) = install_id(headers).filter(|_| service.may(Operation::ReportDevice)) else { return };
    let attached = async {
        let known = api.ports.installations.installations(service.organization_id, customer_id).await?;
        if known.iter().any(|known| known.id == id) {
            return Ok(());
        }
        let report = ReportInstallation {
            organization_id: service.organization_id,
            customer_id,
            id,
            changes: InstallationChanges::default(),
            attaches: true,
            by: service.id,
            event_id: api.event_id(),
            at: api.ports.clock.now(),
        };
        api.ports.installations.report(report).await
    };
    // The password is right nevertheless. The app sends it again when necessary.
    if let Err(CustomerError::Store(error)) = attached.await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            "the device of an app that sent the right password was not recorded"
        );
    }
}

fn read(api: &Api, caller: &Caller, body: JsonBody) -> Result<(Typed, Typed), ApiError> {
    let mut reader = Reader::new(&body, api.today());
    let wire: CredentialBody = body.members()?;
    caller.require_organization_in(&wire.organization_id, &mut reader)?;
    let (username, password) =
        (read_typed(&mut reader, "username", &wire.username), read_typed(&mut reader, "password", &wire.password));
    reader.finish(|| username.into_value().zip(password.into_value()))
}

/// The typed text. Apps send a field that was left empty, and need to learn that it is wrong; only an absent field is
/// the app's error.
fn read_typed(reader: &mut Reader, path: &str, member: &Member) -> Patch<Typed> {
    let typed = match &member.0 {
        Some(Value::String(text)) if text.trim().is_empty() => Patch::Set(None),
        _ => reader.text(path, member, |text| Text::parse(text).map(Some)),
    };
    reader.require(path, &typed);
    typed
}

fn typed(typed: &Typed) -> &str {
    typed.as_ref().map_or("", Text::as_str)
}
