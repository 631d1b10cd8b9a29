//! A device, simulated for the RADIUS server by the program eapol_test.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::output;
use super::server::{FreeRadius, SECRET};

/// The outer method and the inner method.
pub(super) type Method = (&'static str, &'static str);

/// The methods that profiles install, and those that people configure by hand.
pub(super) const METHODS: [Method; 4] =
    [("TTLS", "auth=MSCHAPV2"), ("TTLS", "auth=PAP"), ("TTLS", "autheap=MSCHAPV2"), ("PEAP", "auth=MSCHAPV2")];

/// Whether the server accepts the device, if the device expects a server of this domain.
pub(super) fn is_let_in(server: &FreeRadius, method: Method, username: &str, password: &str, domain: &str) -> bool {
    let authority = server.certificates.authority();
    is_let_in_as(server, method, username, password, ("anonymous@example.test", &authority, domain.to_owned()))
}

/// The same for a device with an outer identity, the authority, and the names of the server.
pub(super) fn is_let_in_as(
    server: &FreeRadius,
    method: Method,
    username: &str,
    password: &str,
    known: (&str, &Path, String),
) -> bool {
    log_in(server, method, username, password, known).status.success()
}

/// The attributes that an access point gets with a rejection, and before it.
pub(super) struct Rejection {
    /// Of the rejection.
    pub(super) reasons: Vec<String>,
    /// Of challenges.
    pub(super) before: Vec<String>,
    /// Whether it contains the username.
    pub(super) has_name: bool,
}

/// The server's responses to a device that it rejects.
pub(super) fn rejection(server: &FreeRadius, method: Method, username: &str, password: &str) -> Rejection {
    let authority = server.certificates.authority();
    let known = ("anonymous@example.test", authority.as_path(), "example.test".to_owned());
    let output = log_in(server, method, username, password, known);
    let said = String::from_utf8_lossy(&output.stdout);
    let answers: Vec<_> =
        said.split("RADIUS message: code=").skip(1).filter(|packet| !packet.starts_with("1 ")).collect();
    let (rejected, before) = answers.split_last().unwrap_or_else(|| panic!("nothing is answered: {said}"));
    assert!(rejected.starts_with("3 (Access-Reject)"), "{username} is not rejected: {said}");
    Rejection {
        reasons: values(rejected, "Reply-Message"),
        before: before.iter().flat_map(|packet| values(packet, "Reply-Message")).collect(),
        has_name: !values(rejected, "User-Name").is_empty(),
    }
}

/// Values of an attribute in a packet that eapol_test printed.
fn values(packet: &str, name: &str) -> Vec<String> {
    let named = packet.split("Attribute ").filter(|attribute| attribute.contains(&format!("({name})")));
    let value = |attribute: &str| attribute.split("Value: '").nth(1)?.split('\'').next().map(str::to_owned);
    named.filter_map(value).collect()
}

/// Whether the server accepts a device with this configuration of wpa_supplicant.
pub(super) fn lets_in_by(server: &FreeRadius, configuration: &Path) -> bool {
    eapol_test(server, configuration).status.success()
}

fn log_in(
    server: &FreeRadius,
    method: Method,
    username: &str,
    password: &str,
    (outer_identity, authority, names): (&str, &Path, String),
) -> Output {
    let place = tempfile::tempdir().unwrap();
    // An unquoted value is hexadecimal, so that no character has a special meaning.
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let network = [
        "key_mgmt=WPA-EAP".to_owned(),
        format!("eap={}", method.0),
        format!("phase2=\"{}\"", method.1),
        format!("anonymous_identity=\"{outer_identity}\""),
        format!("identity={}", hex(username)),
        format!("password={}", hex(password)),
        format!("ca_cert=\"{}\"", authority.display()),
        format!("domain_suffix_match=\"{names}\""),
    ];
    let file = place.path().join("network");
    fs::write(&file, format!("network={{\n{}\n}}\n", network.join("\n"))).unwrap();
    eapol_test(server, &file)
}

fn eapol_test(server: &FreeRadius, configuration: &Path) -> Output {
    let mut command = Command::new("eapol_test");
    command.arg("-c").arg(configuration);
    command.args(["-a", "127.0.0.1", "-p", &server.logins.to_string(), "-s", SECRET, "-t", "10"]);
    output(&mut command)
}
