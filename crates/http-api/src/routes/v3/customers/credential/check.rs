//! `POST /v3/customers/credential/check`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::customer::{Credential, Patch};
use domain::value::{Text, Username};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::edge::envelope;
use crate::session::Caller;
use crate::wire::{JsonBody, Member, OK, Reader, time};
use crate::{Api, ApiError};

/// What a person typed in to log in.
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

/// Whether a customer can log in so.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = credentialCheck)]
pub(crate) struct CheckResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the answer was made.
    #[schema(format = DateTime)]
    generated: String,
    /// Somebody has this username and this password, and is not locked.
    present: bool,
    /// The customer's id, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The customer's id in an outside system, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    ext_id: Option<String>,
}

/// Anything that a person could take for a name or a password; the real ones are shorter.
type Typed = Text<255>;

/// Checks a customer's username and password.
///
/// The answer is 200 whether or not they are right: `present` tells. It is false for a locked customer, who cannot log in
/// anywhere.
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
        description = "Whether they are right, and whose they are",
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
    body: JsonBody,
) -> Result<Json<CheckResponse>, ApiError> {
    caller.require(Operation::CheckCredential)?;
    let (username, password) = read(&api, &caller, body)?;
    let this = api.passwords.begin(caller.service.id, username.as_str(), password.as_str())?;
    let found = match Username::parse(username.as_str()) {
        Ok(username) => api.ports.directory.credential(caller.service.organization_id, &username).await?,
        // Nobody can have it.
        Err(_) => None,
    };
    let admitted = Credential::admit(found, password.as_str());
    if let Some(credential) = &admitted {
        envelope::note(credential.customer_id, "password checked");
        api.passwords.remember(&this);
    }
    Ok(Json(CheckResponse {
        status: OK,
        generated: time(api.ports.clock.now()),
        present: admitted.is_some(),
        id: admitted.as_ref().map(|credential| credential.customer_id.to_string()),
        ext_id: admitted.and_then(|credential| credential.ext_id).map(|id| id.as_str().to_owned()),
    }))
}

fn read(api: &Api, caller: &Caller, body: JsonBody) -> Result<(Typed, Typed), ApiError> {
    let mut reader = Reader::new(&body, api.today());
    let wire: CredentialBody = body.members()?;
    caller.require_organization_in(&wire.organization_id, &mut reader)?;
    let mut typed = |path, member| -> Patch<Typed> {
        let value = reader.text(path, member, Typed::parse);
        reader.require(path, &value);
        value
    };
    let (username, password) = (typed("username", &wire.username), typed("password", &wire.password));
    reader.finish(|| username.into_value().zip(password.into_value()))
}
