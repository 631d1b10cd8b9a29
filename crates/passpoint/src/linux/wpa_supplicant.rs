//! wpa_supplicant.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{SYSTEM_AUTHORITIES, server_names, write_as_root};
use crate::{Credentials, InnerMethod, Provider};

/// Bytes per line of base64.
const BYTES_OF_A_LINE: usize = 48;

/// The network block. Values of any content are hexadecimal: in a quoted value, everything after a quotation mark or a
/// `#` would be lost.
fn configuration(provider: &Provider, ssid: &str, credentials: &Credentials) -> String {
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let inner = match provider.inner_method {
        InnerMethod::MsChapV2 => "MSCHAPV2",
        InnerMethod::Pap => "PAP",
    };
    let domain = provider.domain.as_str();
    let (authority, blob) = match &provider.authority {
        Some(authority) => {
            let lines = authority.der().chunks(BYTES_OF_A_LINE).map(|line| BASE64_STANDARD.encode(line) + "\n");
            (format!("blob://{domain}"), format!("blob-base64-{domain}={{\n{}}}\n", lines.collect::<String>()))
        }
        None => (SYSTEM_AUTHORITIES.to_owned(), String::new()),
    };
    let hidden = if provider.ssid_hidden { "\tscan_ssid=1\n" } else { "" };
    format!(
        "network={{\n\tssid={ssid}\n{hidden}\tkey_mgmt=WPA-EAP\n\teap=TTLS\n\tphase2=\"auth={inner}\"\n\
         \tanonymous_identity=\"{outer}\"\n\tidentity={identity}\n\tpassword={password}\n\tca_cert=\"{authority}\"\n\
         \tdomain_suffix_match=\"{server_names}\"\n}}\n{blob}",
        ssid = hex(ssid),
        outer = provider.outer_identity(),
        identity = hex(&credentials.username),
        password = hex(&credentials.password),
        server_names = server_names(provider),
    )
}

pub(super) fn command(provider: &Provider, ssid: &str, credentials: &Credentials) -> String {
    let file = "/etc/wpa_supplicant/wpa_supplicant.conf";
    let write = write_as_root(">>", file, &configuration(provider, ssid, credentials));
    format!("{write}sudo wpa_cli reconfigure\n")
}
