//! FreeRADIUS with our configuration.

use std::io::{BufRead, BufReader};
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::thread;

use super::certificates::Certificates;

/// The secret that it shares with access points.
pub(super) const SECRET: &str = "radius secret";

const CONFIGURATION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/freeradius");

/// The program with its environment: the address of the service, the bearer secret, and the ports to listen on.
pub(super) fn command(
    certificates: &Certificates,
    (url, bearer): (&str, &str),
    [logins, accounting]: [u16; 2],
) -> Command {
    let mut command = Command::new("freeradius");
    command
        .args(["-d", CONFIGURATION])
        .env("GUESTBOOK_URL", url)
        .env("GUESTBOOK_BEARER", bearer)
        .env("RADIUS_ADDRESS", "127.0.0.1")
        .env("RADIUS_AUTH_PORT", logins.to_string())
        .env("RADIUS_ACCT_PORT", accounting.to_string())
        .env("RADIUS_SECRET", SECRET)
        .env("RADIUS_CERTIFICATES", certificates.directory());
    command
}

/// A running server. Dropping it ends it.
pub(super) struct FreeRadius {
    process: Child,
    pub(super) certificates: Certificates,
    /// Its address in radclient's syntax.
    pub(super) host: &'static str,
    pub(super) logins: u16,
    pub(super) accounting: u16,
}

impl FreeRadius {
    /// Starts a server for the registry at this address, with this bearer secret.
    pub(super) fn start(url: &str, bearer: &str) -> Self {
        Self::start_with(Certificates::make(), ("127.0.0.1", "127.0.0.1"), url, bearer)
    }

    /// The same with these certificates, on this address of the machine, also in radclient's syntax.
    pub(super) fn start_with(
        certificates: Certificates,
        (address, host): (&str, &'static str),
        url: &str,
        bearer: &str,
    ) -> Self {
        // Both at once, so that they differ.
        let ports = [(); 2].map(|()| UdpSocket::bind((address, 0)).unwrap());
        let ports = ports.map(|socket| socket.local_addr().unwrap().port());
        let mut command = command(&certificates, (url, bearer), ports);
        command.env("RADIUS_ADDRESS", address);
        let started = command.args(["-f", "-l", "stdout"]).stdout(Stdio::piped()).spawn();
        let mut process = started.unwrap_or_else(|error| panic!("cannot start freeradius: {error}"));
        let mut said = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        assert!(said.any(|line| line.contains("Ready to process requests")), "freeradius is not ready");
        // Keep reading, since it blocks when its output is full.
        thread::spawn(move || said.for_each(drop));
        let [logins, accounting] = ports;
        Self { process, certificates, host, logins, accounting }
    }
}

impl Drop for FreeRadius {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}
