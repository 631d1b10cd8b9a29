//! A device on which a customer has the app, as it stands on the wire.

use domain::customer::{Installation, InstallationFacts};
use domain::value::Text;
use serde::Serialize;
use utoipa::ToSchema;

use super::time;

/// Declares the texts, which are absent when they have no value.
macro_rules! body {
    ($($(#[$doc:meta])* $field:ident,)*) => {
        /// What is known of a device on which the customer has the app. Members without a value are absent.
        #[derive(Serialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        #[schema(as = storedDevice)]
        pub(crate) struct StoredDevice {
            /// The id of the app's installation.
            #[schema(example = "7E6F1B0C-52A1-4D0C-9B65-6F0F8C1D2E3A")]
            install_id: String,
            /// When the device was last reported.
            #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
            reported: String,
            $(#[serde(skip_serializing_if = "Option::is_none")] $(#[$doc])* $field: Option<String>,)*
            /// Whether the Passpoint profile is installed: 1 or 0.
            #[serde(rename = "pp_installed", skip_serializing_if = "Option::is_none")]
            #[schema(maximum = 1)]
            pp_installed: Option<u8>,
            /// Whether the WPA2 Enterprise profile is installed: 1 or 0.
            #[serde(rename = "wpa2ent_installed", skip_serializing_if = "Option::is_none")]
            #[schema(maximum = 1)]
            wpa2ent_installed: Option<u8>,
        }

        impl StoredDevice {
            /// The installation of the app on the device.
            pub(super) fn new(installation: &Installation) -> Self {
                let Installation { id, facts, reported_at } = installation;
                let InstallationFacts { passpoint_installed, wpa2_enterprise_installed, .. } = facts;
                Self {
                    install_id: id.as_str().to_owned(),
                    reported: time(*reported_at),
                    $($field: text(&facts.$field),)*
                    pp_installed: passpoint_installed.map(u8::from),
                    wpa2ent_installed: wpa2_enterprise_installed.map(u8::from),
                }
            }
        }
    };
}

body! {
    /// The app's bundle id.
    bundle,
    /// The vendor's id of the device.
    vendor_id,
    /// The advertising id.
    adv_id,
    /// The operating system.
    os,
    /// The operating system's version.
    os_version,
    /// The model.
    device,
    /// When the app was installed, as the device wrote it.
    created,
    /// When the app was last used, as the device wrote it.
    last_seen,
    /// Where to send push messages.
    push_token,
    /// The device's guid.
    guid,
}

fn text<const MAX: usize>(value: &Option<Text<MAX>>) -> Option<String> {
    value.as_ref().map(|text| text.as_str().to_owned())
}
