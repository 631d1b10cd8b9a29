//! A device, which the program eapol_test is for a RADIUS server.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::output;
use super::server::{FreeRadius, SECRET};

/// Outer method and what is in its tunnel.
pub(super) type Method = (&'static str, &'static str);

/// What profiles install, and what people set up by hand.
pub(super) const METHODS: [Method; 4] =
    [("TTLS", "auth=MSCHAPV2"), ("TTLS", "auth=PAP"), ("TTLS", "autheap=MSCHAPV2"), ("PEAP", "auth=MSCHAPV2")];

/// Whether the server lets the device in, when the device expects a server of this domain.
pub(super) fn is_let_in(server: &FreeRadius, method: Method, username: &str, password: &str, domain: &str) -> bool {
    let authority = server.certificates.authority();
    is_let_in_as(server, method, username, password, ("anonymous@example.test", &authority, domain.to_owned()))
}

/// The same of one that knows more: who it is outside of the tunnel, and the authority and the names of the server.
pub(super) fn is_let_in_as(
    server: &FreeRadius,
    method: Method,
    username: &str,
    password: &str,
    (outer_identity, authority, names): (&str, &Path, String),
) -> bool {
    let place = tempfile::tempdir().unwrap();
    // Without quotes a value is hexadecimal, so that no character has a meaning.
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
    let mut command = Command::new("eapol_test");
    command.arg("-c").arg(file).args(["-a", "127.0.0.1", "-p", &server.logins.to_string(), "-s", SECRET, "-t", "10"]);
    output(&mut command).status.success()
}
