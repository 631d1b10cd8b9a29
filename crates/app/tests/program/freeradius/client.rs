//! A device, which the program eapol_test is for a RADIUS server.

use std::fs;
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
    let place = tempfile::tempdir().unwrap();
    // Without quotes a value is hexadecimal, so that no character has a meaning.
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let network = [
        "key_mgmt=WPA-EAP".to_owned(),
        format!("eap={}", method.0),
        format!("phase2=\"{}\"", method.1),
        "anonymous_identity=\"anonymous@example.test\"".to_owned(),
        format!("identity={}", hex(username)),
        format!("password={}", hex(password)),
        format!("ca_cert=\"{}\"", server.certificates.authority().display()),
        format!("domain_suffix_match=\"{domain}\""),
    ];
    let file = place.path().join("network");
    fs::write(&file, format!("network={{\n{}\n}}\n", network.join("\n"))).unwrap();
    let mut command = Command::new("eapol_test");
    command.arg("-c").arg(file).args(["-a", "127.0.0.1", "-p", &server.logins.to_string(), "-s", SECRET, "-t", "10"]);
    output(&mut command).status.success()
}
