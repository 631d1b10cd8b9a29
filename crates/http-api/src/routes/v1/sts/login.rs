//! `POST /v1/sts/login/services`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, header};
use domain::access::ClientKey;
use domain::ports::StoredService;
use domain::token::SecretHash;
use domain::value::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::edge::envelope;
use crate::wire::{JsonBody, Member, Reader};
use crate::{Api, ApiError};

/// The credentials of a service.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = credentials)]
pub(crate) struct Credentials {
    /// The public half.
    #[schema(value_type = String, example = "ck-0197f2c8-d0a0-7c53-b0d1-f1f4b0c7a003")]
    client_key: Member,
    /// The secret half.
    #[schema(value_type = String, format = Password)]
    client_secret: Member,
}

/// A session. The JWT is also in the header `Authorization`.
#[derive(Serialize, ToSchema)]
#[schema(as = session)]
pub(crate) struct LoginResponse {
    /// The JWT for the header `Authorization: Bearer` of every other request. It is valid for one day.
    token: String,
}

/// Any text that could be a key or a secret; real ones are shorter.
type CredentialText = Text<255>;

/// Logs a service in.
///
/// A service sends its client key and secret and gets a JWT that is valid for one day. It cannot be renewed: log in
/// again.
#[utoipa::path(
    post,
    path = "/v1/sts/login/services",
    operation_id = "login",
    tag = "sessions",
    security(()),
    request_body(
        content = Credentials,
        example = json!({
            "clientKey": "ck-0197f2c8-d0a0-7c53-b0d1-f1f4b0c7a0aa",
            "clientSecret": "shown when the service is added",
        }),
    ),
    responses((
        status = 200,
        description = "The session",
        body = LoginResponse,
        example = json!({"token": "header.payload.signature"}),
    )),
)]
pub(crate) async fn login(
    State(api): State<Arc<Api>>,
    body: JsonBody,
) -> Result<([(HeaderName, String); 1], Json<LoginResponse>), ApiError> {
    let (client_key, client_secret) = read(&api, body)?;
    let stored = find(&api, &client_key, &client_secret).await?;
    envelope::note_service(stored.service.id);
    let token = api.authenticator.begin(&stored, api.ports.ids.next());
    Ok(([(header::AUTHORIZATION, format!("Bearer {token}"))], Json(LoginResponse { token })))
}

fn read(api: &Api, body: JsonBody) -> Result<(String, String), ApiError> {
    let mut reader = Reader::new(&body, api.today());
    let credentials: Credentials = body.members()?;
    let mut text = |path, member| {
        let value = reader.text(path, member, CredentialText::parse);
        reader.require(path, &value);
        value.into_value().map(|text| text.as_str().to_owned())
    };
    let client_key = text("clientKey", &credentials.client_key);
    let client_secret = text("clientSecret", &credentials.client_secret);
    reader.finish(|| client_key.zip(client_secret))
}

/// The service with this key and secret. The error does not say which of them is wrong.
async fn find(api: &Api, client_key: &str, client_secret: &str) -> Result<StoredService, ApiError> {
    let stored = match ClientKey::parse(client_key) {
        Ok(key) => api.ports.services.find(&key).await?,
        Err(_) => None,
    };
    let id = stored.as_ref().map(|stored| stored.service.id);
    let shown = SecretHash::of(client_secret);
    let proven = stored.filter(|stored| {
        let same = stored.client_secret.matches(shown);
        same && stored.service.revoked_at.is_none()
    });
    match proven {
        Some(stored) => Ok(stored),
        None => {
            api.secrets.fail(id)?;
            Err(ApiError::Unauthorized("The client key or secret is wrong."))
        }
    }
}
