//! Linux, which has no Passpoint: networks are joined by their SSID.
//!
//! Shell commands, one for each program that manages networks. Each writes a file that only root can read and that
//! contains the authority's certificate.

mod iwd;
mod network_manager;
mod wpa_supplicant;

use crate::host_name::HostName;
use crate::{Credentials, Document, Error, Field, Provider};

/// The bundle of the web's authorities on most distributions.
const SYSTEM_AUTHORITIES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// Shell commands that add the network.
pub struct LinuxCommands {
    /// For NetworkManager, which most desktops use.
    pub network_manager: String,
    /// For wpa_supplicant without NetworkManager.
    pub wpa_supplicant: String,
    /// For iwd without NetworkManager.
    pub iwd: String,
}

/// NetworkManager's connection file.
///
/// # Errors
/// The provider has no SSID.
pub fn linux(provider: &Provider, credentials: &Credentials) -> Result<Document, Error> {
    Ok(Document {
        media_type: "text/plain; charset=utf-8",
        transfer_encoding: None,
        file_name: Some("wifi.nmconnection"),
        body: network_manager::keyfile(provider, ssid(provider)?, credentials).into_bytes(),
    })
}

/// The commands for a provider's network. They hold the customer's password.
///
/// # Errors
/// The provider has no SSID.
pub fn linux_commands(provider: &Provider, credentials: &Credentials) -> Result<LinuxCommands, Error> {
    let ssid = ssid(provider)?;
    Ok(LinuxCommands {
        network_manager: network_manager::command(provider, ssid, credentials),
        wpa_supplicant: wpa_supplicant::command(provider, ssid, credentials),
        iwd: iwd::command(provider, ssid, credentials),
    })
}

fn ssid(provider: &Provider) -> Result<&str, Error> {
    provider.ssid.as_deref().ok_or(Error::Missing { field: Field::Ssid })
}

fn server_names(provider: &Provider) -> String {
    provider.server_names.iter().map(HostName::as_str).collect::<Vec<_>>().join(";")
}

/// A command that writes the text to a file as root; `redirection` is `>` or `>>`. The shell expands nothing in the
/// text. No line of the text may be `END`.
fn write_as_root(redirection: &str, file: &str, text: &str) -> String {
    format!("sudo sh -c 'umask 077 && cat {redirection} \"{file}\"' <<'END'\n{text}END\n")
}

/// Escapes a value for files that use backslashes and ignore blanks around values.
fn escaped(text: &str) -> String {
    let blanks = |count: usize| "\\s".repeat(count);
    let body = text.trim_matches(' ');
    let (before, after) = match text.find(body) {
        Some(start) if !body.is_empty() => (start, text.len() - start - body.len()),
        _ => (text.len(), 0),
    };
    format!("{}{}{}", blanks(before), body.replace('\\', "\\\\"), blanks(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_and_outer_blanks_are_escaped() {
        for (text, expected) in [
            ("a b", "a b"),
            (" a  b ", "\\sa  b\\s"),
            ("  ", "\\s\\s"),
            ("a\\sb", "a\\\\sb"),
            ("#;=\"'$(id)", "#;=\"'$(id)"),
        ] {
            assert_eq!(escaped(text), expected, "{text:?}");
        }
    }
}
