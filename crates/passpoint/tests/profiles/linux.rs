//! Commands and files for Linux.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use passpoint::{Credentials, Error, Field, InnerMethod, linux, linux_commands};

use crate::support::{authority, credentials, provider};

fn lines(text: &str, section: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| *line != section).skip(1);
    lines.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[test]
fn network_managers_file_says_who_how_and_where() {
    let provider = provider(|it| it.ssid = Some("Café".to_owned()));
    let credentials = Credentials::parse("anna", " a\\b#;\" ", "customer-1").unwrap();
    let file = linux(&provider, &credentials).unwrap();
    assert_eq!(file.file_name, Some("wifi.nmconnection"));
    let text = String::from_utf8(file.body).unwrap();
    assert_eq!(lines(&text, "[wifi]"), ["mode=infrastructure", "ssid=67;97;102;195;169;"]);
    let certificate = format!("ca-cert=data:;base64,{}", BASE64_STANDARD.encode(&authority().der));
    let expected = [
        "eap=ttls;",
        "phase2-auth=mschapv2",
        "anonymous-identity=anonymous@example.test",
        "identity=anna",
        "password=\\sa\\\\b#;\"\\s",
        "domain-suffix-match=radius.wifi.example.test",
        &certificate,
    ];
    assert_eq!(lines(&text, "[802-1x]"), expected);
}

#[test]
fn without_an_authority_those_of_the_system_count() {
    let provider = provider(|it| {
        it.ssid = Some("Lido".to_owned());
        it.ca_certificate = None;
        it.inner_method = InnerMethod::Pap;
        it.ssid_hidden = true;
    });
    let commands = linux_commands(&provider, &credentials()).unwrap();
    for (command, expected) in [
        (&commands.network_manager, ["\nsystem-ca-certs=true\n", "\nphase2-auth=pap\n", "\nhidden=true\n"]),
        (
            &commands.wpa_supplicant,
            ["\tca_cert=\"/etc/ssl/certs/ca-certificates.crt\"\n", "\"auth=PAP\"", "scan_ssid=1"],
        ),
        (
            &commands.iwd,
            ["\nEAP-TTLS-CACert=/etc/ssl/certs/ca-certificates.crt\n", "Method=Tunneled-PAP\n", "\nHidden=true\n"],
        ),
    ] {
        for expected in expected {
            assert!(command.contains(expected), "{expected}: {command}");
        }
    }
}

#[test]
fn without_a_name_there_is_no_network_for_linux() {
    let missing = Error::Missing { field: Field::Ssid };
    assert_eq!(linux(&provider(|_| ()), &credentials()).unwrap_err(), missing);
    assert_eq!(linux_commands(&provider(|_| ()), &credentials()).err(), Some(missing));
}
