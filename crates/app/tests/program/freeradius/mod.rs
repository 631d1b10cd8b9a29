//! Our configuration of FreeRADIUS, as FreeRADIUS reads it, and logins through it.

mod access_point;
mod accounting;
mod certificates;
mod client;
mod connections;
mod ipv6;
mod logins;
mod profiles;
mod realm_proxy;
mod rejections;
mod server;
mod stand_in;
mod strange_answers;
mod venue;

use std::process::{Command, Output};

use certificates::Certificates;

fn output(command: &mut Command) -> Output {
    let program = command.get_program().to_owned();
    command.output().unwrap_or_else(|error| panic!("cannot start {program:?}: {error}; `cargo xtask test` installs it"))
}

#[test]
fn freeradius_takes_the_configuration() {
    let checked = |certificates: &Certificates| {
        let output =
            output(server::command(certificates, ("http://127.0.0.1:8080", "secret"), [1812, 1813]).args(["-C", "-X"]));
        (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (taken, said) = checked(&Certificates::none());
    assert!(!taken, "without a certificate: {said}");
    let (taken, said) = checked(&Certificates::make());
    assert!(taken, "{said}");
    for warning in ["WARNING", "Ignoring", "deprecated"] {
        assert!(!said.contains(warning), "{said}");
    }
}

/// With the command in the documentation.
#[test]
fn the_check_says_what_is_wrong() {
    let certificates = Certificates::none();
    let mut command = server::command(&certificates, ("http://127.0.0.1:8080", "secret"), [1812, 1813]);
    let checked = output(command.args(["-C", "-l", "stdout"]));
    let said = String::from_utf8_lossy(&checked.stdout);
    assert!(!checked.status.success() && said.contains("server.key"), "{said}");
}

/// By the variable to blame.
#[test]
fn the_check_fails_without_the_environment() {
    let certificates = Certificates::make();
    for (variable, values, reason) in [
        ("GUESTBOOK_URL", &[""][..], "GUESTBOOK_URL_is_not_set"),
        ("GUESTBOOK_BEARER", &[""], "GUESTBOOK_BEARER_is_not_set"),
        ("RADIUS_AUTH_PORT", &["", "x", "0"], "RADIUS_AUTH_PORT_is_not_a_port"),
        ("RADIUS_ACCT_PORT", &["", "radius-acct", "0"], "RADIUS_ACCT_PORT_is_not_a_port"),
        ("RADIUS_AUTH_PORT", &["70000"], "Invalid value \"70000\" for variable port"),
    ] {
        for value in values {
            let mut command = server::command(&certificates, ("http://127.0.0.1:8080", "secret"), [1812, 1813]);
            let checked = output(command.env(variable, value).args(["-C", "-l", "stdout"]));
            let said = String::from_utf8_lossy(&checked.stdout);
            assert!(!checked.status.success() && said.contains(reason), "{variable}={value}: {said}");
        }
    }
    let mut unset = server::command(&certificates, ("http://127.0.0.1:8080", "secret"), [1812, 1813]);
    let checked = output(unset.env_remove("GUESTBOOK_URL").args(["-C", "-l", "stdout"]));
    assert!(!checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}
