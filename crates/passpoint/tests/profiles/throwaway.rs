//! The throw-away authority, checked by the program openssl and by the rules for a provider.

use std::fs;
use std::time::Duration;

use passpoint::{Provider, throwaway_authority};
use tempfile::TempDir;

use crate::support::{description, run, succeeds};

const SERVER: &str = "radius.wifi.example.test";
/// Seconds since 1970.
const NOW: u64 = 1_790_000_000;

#[test]
fn devices_can_check_a_server_by_it() {
    let made = throwaway_authority(SERVER, [[1; 32], [2; 32]], Duration::from_secs(NOW)).unwrap();
    let place = TempDir::new().unwrap();
    for (name, text) in
        [("authority.pem", &made.authority), ("server.pem", &made.certificate), ("server.key", &made.key)]
    {
        fs::write(place.path().join(name), text).unwrap();
    }
    let verify = |name: &str| {
        let now = NOW.to_string();
        let arguments =
            ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "authority.pem", "-attime", &now];
        succeeds(place.path(), "openssl", &[&arguments[..], &["-verify_hostname", name, "server.pem"]].concat())
    };
    assert!(verify(SERVER));
    assert!(!verify("radius.example.test"));
    let of_certificate = run(place.path(), "openssl", &["x509", "-in", "server.pem", "-noout", "-pubkey"]);
    assert_eq!(run(place.path(), "openssl", &["pkey", "-in", "server.key", "-pubout"]), of_certificate);
    let mut description = description();
    description.ca_certificate = Some(made.authority);
    Provider::parse(&description).unwrap();
}

#[test]
fn what_is_no_key_makes_none() {
    assert!(throwaway_authority(SERVER, [[0; 32], [2; 32]], Duration::from_secs(NOW)).is_none());
}
