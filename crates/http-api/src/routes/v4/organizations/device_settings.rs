//! `GET /v4/organizations/{org}/devices/{device}/settings`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::organization::{Organization, PasspointSettings, Wpa2Settings};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::session::Caller;
use crate::wire::{FirstSegment, OK, time};
use crate::{Api, ApiError};

/// The settings that an app needs to create customers and to set up the Wi-Fi.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = deviceSettings)]
pub(crate) struct SettingsResponse {
    /// Always OK.
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// The location of customers that are created without one.
    default_location_id: String,
    /// The Wi-Fi that devices join by a profile; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    passpoint: Option<Passpoint>,
    /// The Wi-Fi that devices join by its name; absent if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    wpa2: Option<Wpa2>,
}

/// A Passpoint network. The mobile SDKs fail on any further member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = devicePasspoint)]
struct Passpoint {
    /// The realm of the usernames.
    realm: String,
    /// The network's name on devices.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, nullable = false)]
    friendly_name: Option<String>,
    /// Whether devices may also join partners' networks.
    roaming: bool,
}

/// A network with an SSID. The mobile SDKs fail on any further member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = deviceWpa2)]
struct Wpa2 {
    /// The network's name (SSID).
    ssid: String,
    /// Whether the network hides its name.
    ssid_hidden: bool,
}

/// Returns an organization's Wi-Fi settings to an app.
///
/// The mobile SDKs request them before every customer that they create. The response is the same for every device and
/// app.
#[utoipa::path(
    get,
    path = "/v4/organizations/{org}/devices/{device}/settings",
    operation_id = "getDeviceSettings",
    tag = "organizations",
    params(
        ("org" = String, Path, description = "The organization's id"),
        (
            "device" = String,
            Path,
            description = "The operating system, `_`, and the app's bundle id. Any value is accepted",
            example = "ios_org.example.app",
        ),
    ),
    responses((
        status = 200,
        description = "The settings",
        body = SettingsResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "defaultLocationId": "0197f2c8d0a07c53b0d1f1f4b0c7a002",
            "passpoint": {"realm": "realm.example.org", "friendlyName": "Grand Hotel", "roaming": true},
            "wpa2": {"ssid": "Grand Hotel", "ssidHidden": false},
        }),
    )),
)]
pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    FirstSegment(organization): FirstSegment,
) -> Result<Json<SettingsResponse>, ApiError> {
    caller.require(Operation::ReadAppSettings)?;
    let organization = api.settings.of(caller.require_organization(&organization)?).await?;
    Ok(Json(SettingsResponse::new(&organization, api.ports.clock.now())))
}

impl SettingsResponse {
    fn new(organization: &Organization, generated: Timestamp) -> Self {
        Self {
            status: OK,
            generated: time(generated),
            default_location_id: organization.default_location_id.to_string(),
            passpoint: Passpoint::of(&organization.settings.passpoint),
            wpa2: Wpa2::of(&organization.settings.wpa2),
        }
    }
}

impl Passpoint {
    fn of(PasspointSettings { realm, friendly_name, roaming, .. }: &PasspointSettings) -> Option<Self> {
        let realm = realm.as_ref()?.as_str().to_owned();
        let friendly_name = friendly_name.as_ref().map(|name| name.as_str().to_owned());
        Some(Self { realm, friendly_name, roaming: *roaming })
    }
}

impl Wpa2 {
    fn of(Wpa2Settings { ssid, ssid_hidden }: &Wpa2Settings) -> Option<Self> {
        Some(Self { ssid: ssid.as_ref()?.as_str().to_owned(), ssid_hidden: *ssid_hidden })
    }
}
