//! `PUT /v1/organizations/{org}/settings`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::organization::SettingsChanges;

use super::SettingsResponse;
use crate::session::Caller;
use crate::wire::{JsonBody, Reader, Segment, SettingsBody};
use crate::{Api, ApiError};

/// Changes the settings of an organization.
///
/// Guestbook only. Members that are sent override, absent ones stay, and null resets a setting or a whole group to the
/// value of a new organization, except `defaultLocationId`, which then stays. Groups merge member by member, lists are
/// replaced. Other instances of the service follow within two seconds.
#[utoipa::path(
    put,
    path = "/v1/organizations/{org}/settings",
    operation_id = "updateSettings",
    tag = "organizations",
    params(("org" = String, Path, description = "The organization's id")),
    request_body(
        content = SettingsBody,
        example = json!({
            "defaultLocationId": "0197f2c8d0a07c53b0d1f1f4b0c7a002",
            "answerCredentialsOnHit": true,
            "phoneNumbers": "valid",
            "policies": [
                {"name": "termsOfUse", "required": true, "url": "https://example.org/terms"},
                {"name": "privacy", "required": true, "url": "https://example.org/privacy"},
                {"name": "customs.loyalty", "required": false, "url": "https://example.org/loyalty"},
            ],
            "tokens": {"expiresIn": 300, "hits": 5},
            "passpoint": {
                "realm": "realm.example.org",
                "friendlyName": "Grand Hotel",
                "roaming": true,
                "domain": "example.org",
                "serverNames": ["radius.example.org"],
                "innerMethod": "MSCHAPv2",
                "roamingConsortiums": ["5A03BA0000"],
                "caCertificate": "-----BEGIN CERTIFICATE-----\nMAQwAQAA\n-----END CERTIFICATE-----",
            },
            "wpa2": {"ssid": "Grand Hotel", "ssidHidden": false},
            "activation": {
                "logoUrl": "https://example.org/logo.svg",
                "color": "#1a2b3c",
                "css": "main { max-width: 40rem }",
            },
        }),
    ),
    responses((
        status = 200,
        description = "All settings as they are now",
        body = SettingsResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "defaultLocationId": "0197f2c8d0a07c53b0d1f1f4b0c7a002",
            "answerCredentialsOnHit": true,
            "phoneNumbers": "valid",
            "policies": [
                {"name": "termsOfUse", "required": true, "url": "https://example.org/terms"},
                {"name": "privacy", "required": true, "url": "https://example.org/privacy"},
                {"name": "customs.loyalty", "required": false, "url": "https://example.org/loyalty"},
            ],
            "tokens": {"expiresIn": 300, "hits": 5},
            "passpoint": {
                "realm": "realm.example.org",
                "friendlyName": "Grand Hotel",
                "roaming": true,
                "domain": "example.org",
                "serverNames": ["radius.example.org"],
                "innerMethod": "MSCHAPv2",
                "roamingConsortiums": ["5A03BA0000"],
                "caCertificate": "-----BEGIN CERTIFICATE-----\nMAQwAQAA\n-----END CERTIFICATE-----",
            },
            "wpa2": {"ssid": "Grand Hotel", "ssidHidden": false},
            "activation": {
                "logoUrl": "https://example.org/logo.svg",
                "color": "#1a2b3c",
                "css": "main { max-width: 40rem }",
            },
        }),
    )),
)]
pub(crate) async fn put(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(organization): Segment,
    body: JsonBody,
) -> Result<Json<SettingsResponse>, ApiError> {
    caller.require(Operation::ChangeSettings)?;
    let id = caller.require_organization(&organization)?;
    let changes = read(&api, body)?;
    let organization = Arc::new(api.ports.organizations.configure(id, changes).await?);
    api.settings.remember(organization.clone());
    Ok(Json(SettingsResponse::new(&organization, api.ports.clock.now())))
}

fn read(api: &Api, body: JsonBody) -> Result<SettingsChanges, ApiError> {
    let mut reader = Reader::new(&body, api.today());
    let wire: SettingsBody = body.members()?;
    let changes = wire.changes(&mut reader);
    reader.finish(|| Some(changes))
}
