//! A report of a device, in either of the two forms that the SDK sends: what the device is, or that it is alive.

use domain::customer::InstallationChanges;
use domain::value::{PushToken, ShortText};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Reader;
use super::member::Member;

/// What an app tells of the device that it is installed on. Times are kept as the device writes them; members that are not
/// known are ignored.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = deviceReport)]
pub(crate) struct DeviceReport {
    /// The id of the app's installation: which of the customer's devices it is.
    #[schema(value_type = String, max_length = 255, example = "7E6F1B0C-52A1-4D0C-9B65-6F0F8C1D2E3A")]
    pub(crate) install_id: Member,
    /// The app's bundle id.
    #[schema(value_type = Option<String>, max_length = 255, example = "com.example.wifiapp")]
    bundle: Member,
    /// The vendor's id of the device.
    #[schema(value_type = Option<String>, max_length = 255)]
    vendor_id: Member,
    /// The advertising id.
    #[schema(value_type = Option<String>, max_length = 255)]
    adv_id: Member,
    /// The operating system.
    #[schema(value_type = Option<String>, max_length = 255, example = "ios")]
    os: Member,
    /// The operating system's version.
    #[schema(value_type = Option<String>, max_length = 255, example = "16.6")]
    os_version: Member,
    /// The model.
    #[schema(value_type = Option<String>, max_length = 255, example = "iPhone14,5")]
    device: Member,
    /// When the app was installed.
    #[schema(value_type = Option<String>, max_length = 255)]
    created: Member,
    /// When the app was last used.
    #[schema(value_type = Option<String>, max_length = 255, example = "2024-03-28T10:15:30Z")]
    last_seen: Member,
    /// Where to send push messages.
    #[schema(value_type = Option<String>, max_length = 4096)]
    push_token: Member,
    /// The device's guid. `deduplicate=guid` looks for that of the customer's own `device`, not for this one.
    #[schema(value_type = Option<String>, max_length = 255)]
    guid: Member,
    /// Whether the Passpoint profile is installed: 1 or 0.
    #[serde(rename = "pp_installed")]
    #[schema(value_type = Option<u8>, maximum = 1, example = 0)]
    pp_installed: Member,
    /// Whether the WPA2 Enterprise profile is installed: 1 or 0.
    #[serde(rename = "wpa2ent_installed")]
    #[schema(value_type = Option<u8>, maximum = 1, example = 0)]
    wpa2ent_installed: Member,
}

impl DeviceReport {
    /// All but the id.
    pub(crate) fn changes(&self, reader: &mut Reader) -> InstallationChanges {
        InstallationChanges {
            bundle: reader.text("bundle", &self.bundle, ShortText::parse),
            vendor_id: reader.text("vendorId", &self.vendor_id, ShortText::parse),
            adv_id: reader.text("advId", &self.adv_id, ShortText::parse),
            os: reader.text("os", &self.os, ShortText::parse),
            os_version: reader.text("osVersion", &self.os_version, ShortText::parse),
            device: reader.text("device", &self.device, ShortText::parse),
            created: reader.text("created", &self.created, ShortText::parse),
            last_seen: reader.text("lastSeen", &self.last_seen, ShortText::parse),
            push_token: reader.text("pushToken", &self.push_token, PushToken::parse),
            guid: reader.text("guid", &self.guid, ShortText::parse),
            passpoint_installed: reader.flag("pp_installed", &self.pp_installed),
            wpa2_enterprise_installed: reader.flag("wpa2ent_installed", &self.wpa2ent_installed),
        }
    }
}
