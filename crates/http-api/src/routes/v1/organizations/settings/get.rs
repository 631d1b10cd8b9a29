//! `GET /v1/organizations/{org}/settings`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;

use super::SettingsResponse;
use crate::error::FOREIGN_ORGANIZATION;
use crate::session::Caller;
use crate::wire::Segment;
use crate::{Api, ApiError};

/// Reads the settings of an organization.
///
/// Guestbook only. Settings that were never changed have the values of a new organization.
#[utoipa::path(
    get,
    path = "/v1/organizations/{org}/settings",
    operation_id = "getSettings",
    tag = "organizations",
    params(("org" = String, Path, description = "The organization's id")),
    responses((
        status = 200,
        description = "The settings",
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
pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(organization): Segment,
) -> Result<Json<SettingsResponse>, ApiError> {
    caller.require(Operation::ReadSettings)?;
    let id = caller.require_organization(&organization)?;
    // The cache may be a moment old, and the caller may have just changed the settings.
    let organization = api.ports.organizations.find(id).await?.ok_or(ApiError::Forbidden(FOREIGN_ORGANIZATION))?;
    Ok(Json(SettingsResponse::new(&organization, api.ports.clock.now())))
}
