//! iwd.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{SYSTEM_AUTHORITIES, escaped, server_names, write_as_root};
use crate::{Credentials, InnerMethod, Provider};

/// Bytes per line of base64, as in PEM.
const BYTES_OF_A_LINE: usize = 48;
const AUTHORITY: &str = "authority";

/// A network file (iwd.network).
fn configuration(provider: &Provider, credentials: &Credentials) -> String {
    let inner = match provider.inner_method {
        InnerMethod::MsChapV2 => "Tunneled-MSCHAPv2",
        InnerMethod::Pap => "Tunneled-PAP",
    };
    let (authority, certificate) = match &provider.authority {
        Some(authority) => {
            let lines = authority.der().chunks(BYTES_OF_A_LINE).map(|line| BASE64_STANDARD.encode(line) + "\n");
            let pem = format!(
                "\n[@pem@{AUTHORITY}]\n-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n",
                lines.collect::<String>()
            );
            (format!("embed:{AUTHORITY}"), pem)
        }
        None => (SYSTEM_AUTHORITIES.to_owned(), String::new()),
    };
    let hidden = if provider.ssid_hidden { "\n[Settings]\nHidden=true\n" } else { "" };
    format!(
        "[Security]\nEAP-Method=TTLS\nEAP-Identity={outer}\nEAP-TTLS-CACert={authority}\n\
         EAP-TTLS-ServerDomainMask={server_names}\nEAP-TTLS-Phase2-Method={inner}\nEAP-TTLS-Phase2-Identity={identity}\n\
         EAP-TTLS-Phase2-Password={password}\n{hidden}{certificate}",
        outer = provider.outer_identity(),
        server_names = server_names(provider),
        identity = escaped(&credentials.username),
        password = escaped(&credentials.password),
    )
}

/// The file name of a network. An SSID with other characters than these is written in hexadecimal digits.
fn file_name(ssid: &str) -> String {
    let is_plain = ssid.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" _-".contains(&byte));
    if is_plain {
        return format!("{ssid}.8021x");
    }
    let hex: String = ssid.bytes().map(|byte| format!("{byte:02x}")).collect();
    format!("={hex}.8021x")
}

/// The command that writes the file. iwd notices the file by itself.
pub(super) fn command(provider: &Provider, ssid: &str, credentials: &Credentials) -> String {
    write_as_root(">", &format!("/var/lib/iwd/{}", file_name(ssid)), &configuration(provider, credentials))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_plain_or_hexadecimal() {
        assert_eq!(file_name("Grand Hotel_5-G"), "Grand Hotel_5-G.8021x");
        assert_eq!(file_name("Café"), "=436166c3a9.8021x");
        assert_eq!(file_name("a/../\"$(id)'"), "=612f2e2e2f22242869642927.8021x");
    }
}
