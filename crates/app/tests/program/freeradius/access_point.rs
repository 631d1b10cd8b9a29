//! An access point, simulated for the RADIUS server by the program radclient.

use std::io::Write;
use std::process::{Command, Stdio};

use super::server::{FreeRadius, SECRET};

/// Attributes with their values; texts are quoted.
pub(super) type Attributes<'a> = [(&'a str, &'a str)];

/// Logs in with name and password without a tunnel, and returns the attributes of an Access-Accept.
pub(super) fn log_in(server: &FreeRadius, username: &str, password: &str) -> Option<Vec<(String, String)>> {
    log_in_at((server.host, server.logins), username, password)
}

/// The same at this host and port.
pub(super) fn log_in_at(place: (&str, u16), username: &str, password: &str) -> Option<Vec<(String, String)>> {
    let (username, password) = (format!("\"{username}\""), format!("\"{password}\""));
    let asked = [
        ("User-Name", username.as_str()),
        ("User-Password", password.as_str()),
        ("NAS-Identifier", "\"ap-lobby\""),
        // radclient computes it at this position.
        ("Message-Authenticator", "0x00"),
    ];
    let said = send(place, "auth", &asked);
    let (_, answer) = said.split_once("Received Access-Accept")?;
    let attributes = answer.lines().filter_map(|line| line.trim().split_once(" = "));
    Some(attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// Whether a login with these attributes is accepted.
pub(super) fn accepts(server: &FreeRadius, attributes: &Attributes<'_>) -> bool {
    send((server.host, server.logins), "auth", attributes).contains("Received Access-Accept")
}

/// Sends a record, and returns whether it was acknowledged.
pub(super) fn record(server: &FreeRadius, attributes: &Attributes<'_>) -> bool {
    record_at((server.host, server.accounting), attributes)
}

/// The same at this host and port.
pub(super) fn record_at(place: (&str, u16), attributes: &Attributes<'_>) -> bool {
    send(place, "acct", attributes).contains("Received Accounting-Response")
}

fn send((host, port): (&str, u16), kind: &str, attributes: &Attributes<'_>) -> String {
    let mut command = Command::new("radclient");
    command.args(["-x", "-r", "3", "-t", "5", &format!("{host}:{port}"), kind, SECRET]);
    let started = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut process =
        started.unwrap_or_else(|error| panic!("cannot start radclient: {error}; `cargo xtask test` installs it"));
    let lines: Vec<_> = attributes.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
    process.stdin.take().unwrap().write_all(lines.concat().as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
