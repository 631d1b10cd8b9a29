//! Our configuration of FreeRADIUS, as FreeRADIUS reads it.

use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const CONFIGURATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/freeradius");

fn output(command: &mut Command) -> Output {
    let program = command.get_program().to_owned();
    command.output().unwrap_or_else(|error| panic!("cannot start {program:?}: {error}; `cargo xtask test` installs it"))
}

/// What it says to the configuration with the certificate in this directory.
fn checked(certificates: &Path) -> (bool, String) {
    let output = output(
        Command::new("freeradius")
            .args(["-C", "-X", "-d", CONFIGURATION])
            .env("GUESTBOOK_URL", "http://127.0.0.1:8080")
            .env("GUESTBOOK_BEARER", "a bearer")
            .env("RADIUS_ADDRESS", "127.0.0.1")
            .env("RADIUS_AUTH_PORT", "1812")
            .env("RADIUS_ACCT_PORT", "1813")
            .env("RADIUS_SECRET", "a secret")
            .env("RADIUS_CERTIFICATES", certificates),
    );
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn freeradius_takes_the_configuration() {
    let place = TempDir::new().unwrap();
    let (taken, said) = checked(place.path());
    assert!(!taken, "without a certificate: {said}");
    let request =
        "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=radius.example.test -keyout server.key -out server.pem";
    let made = output(Command::new("openssl").args(request.split(' ')).current_dir(place.path()));
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let (taken, said) = checked(place.path());
    assert!(taken, "{said}");
    for warning in ["WARNING", "Ignoring", "deprecated"] {
        assert!(!said.contains(warning), "{said}");
    }
}
