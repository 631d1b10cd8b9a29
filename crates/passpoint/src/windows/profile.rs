//! An unsigned profile, for providers that have no certificate to sign the provisioning document with.

use super::{eap, network};
use crate::xml::Element;
use crate::{Document, Provider};

const WLAN: &str = "http://www.microsoft.com/networking/WLAN/profile/v1";

/// The profile for `netsh wlan add profile filename="wifi.xml" user=current`. It cannot contain the login, so Windows
/// asks for username and password at the first connection. Nor does it contain the provider's authority, which the
/// person has to add to the trusted roots before (`certutil -user -addstore Root`).
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
