//! A plain profile, for those whose provisioning document nobody signs.

use super::{eap, network};
use crate::xml::Element;
use crate::{Document, Provider};

const WLAN: &str = "http://www.microsoft.com/networking/WLAN/profile/v1";

/// The profile that `netsh wlan add profile filename="wifi.xml" user=current` takes. It cannot hold the login, so Windows
/// asks for username and password at the first connection. Nor does it bring the provider's authority, which has to be
/// among the roots that the person trusts before (`certutil -user -addstore Root`).
pub fn windows_profile(provider: &Provider) -> Document {
    let security = Element::of("security", [network::encryption(), eap::one_x(provider)]);
    let profile = Element::of("WLANProfile", network::head(provider))
        .with([
            Element::text("connectionType", "ESS"),
            Element::text("connectionMode", "auto"),
            Element::of("MSM", [security]),
        ])
        .attribute("xmlns", WLAN);
    Document { media_type: "text/xml", transfer_encoding: None, file_name: Some("wifi.xml"), body: profile.document() }
}
