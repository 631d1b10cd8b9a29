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
/// Guestbook's own operation. What is sent overrides, what is absent stays, and null puts a setting or a whole group back to
/// what a new organization has; `defaultLocationId` stays then. Groups merge member by member, lists are replaced. Other
/// instances of the service follow within two seconds.
#[utoipa::path(
    put,
    path = "/v1/organizations/{org}/settings",
    operation_id = "updateSettings",
    tag = "organizations",
    params(("org" = String, Path, description = "The organization's id")),
    request_body(
        content = SettingsBody,
        example = json!({"tokens": {"expiresIn": 600}, "wpa2": {"ssid": "Grand Hotel"}, "activation": null}),
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
            "policies": [{"name": "termsOfUse", "required": true}, {"name": "privacy", "required": true}],
            "tokens": {"expiresIn": 600},
            "passpoint": {"roaming": false, "serverNames": [], "innerMethod": "MSCHAPv2", "roamingConsortiums": []},
            "wpa2": {"ssid": "Grand Hotel", "ssidHidden": false},
            "activation": {},
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
