//! A proxy between access points and FreeRADIUS that routes by realm, as federations use it: radsecproxy.

use std::fs;
use std::io::sink;
use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::access_point::{log_in_at, record_at};
use super::server::{FreeRadius, SECRET};
use super::venue::{REALM, Venue};
use crate::fixture::{Home, Lines};

/// A running proxy. Dropping it ends it.
struct Proxy {
    process: Child,
    port: u16,
    _configuration: TempDir,
}

impl Proxy {
    /// Forwards requests of the realm to the server, and answers nothing else.
    fn start(server: &FreeRadius) -> Self {
        let port = UdpSocket::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let peer = |kind: &str, name: &str, port: Option<u16>| {
            let port = port.map(|port| format!("port {port}\n")).unwrap_or_default();
            format!("{kind} {name} {{\nhost 127.0.0.1\ntype udp\n{port}secret \"{SECRET}\"\n}}\n")
        };
        let realm = REALM.replace('.', "\\.");
        let configuration = [
            format!("ListenUDP 127.0.0.1:{port}\n"),
            peer("client", "access-point", None),
            peer("server", "logins", Some(server.logins)),
            peer("server", "accounting", Some(server.accounting)),
            format!("realm /@{realm}$/ {{\nserver logins\naccountingServer accounting\n}}\n"),
        ];
        let directory = TempDir::new().unwrap();
        let file = directory.path().join("radsecproxy.conf");
        fs::write(&file, configuration.concat()).unwrap();
        let mut command = Command::new("radsecproxy");
        let started = command.args(["-f", "-d", "2", "-c"]).arg(file).stderr(Stdio::piped()).spawn();
        let mut process =
            started.unwrap_or_else(|error| panic!("cannot start radsecproxy: {error}; `cargo xtask test` installs it"));
        let said = Lines::read(process.stderr.take().unwrap(), sink());
        said.wait(|line| line.contains("listening for udp on"));
        Self { process, port, _configuration: directory }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_find_their_way_home_by_the_name_of_the_acceptance() {
    let venue = Venue::open(Home::new()).await;
    let proxy = Proxy::start(&venue.radius);
    for username in ["ada", "ada@example.com"] {
        let id = venue.guest(username, "geheim", false).await;
        let accepted = log_in_at(("127.0.0.1", proxy.port), &format!("{username}@{REALM}"), "geheim").unwrap();
        let name = accepted.iter().find(|(name, _)| name == "User-Name").map(|(_, value)| value.as_str()).unwrap();
        let start = [
            ("Acct-Status-Type", "Start"),
            ("Acct-Session-Id", "\"1\""),
            ("NAS-Identifier", name),
            ("User-Name", name),
        ];
        assert!(record_at(("127.0.0.1", proxy.port), &start), "{username}: the proxy hands on records of {name}");
        assert_eq!(venue.sessions(&id).await.len(), 1, "{username}: {name}");
    }
}
