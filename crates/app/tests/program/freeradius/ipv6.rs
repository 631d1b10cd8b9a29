//! Access points that reach FreeRADIUS over IPv6.

use std::io::ErrorKind;
use std::net::UdpSocket;

use super::access_point::{log_in, record};
use super::certificates::Certificates;
use super::server::{self, FreeRadius};
use super::{output, stand_in};

const LOOPBACK: &str = "::1";

#[test]
fn freeradius_takes_ipv6_addresses() {
    let certificates = Certificates::make();
    for address in [LOOPBACK, "::", "2001:db8::1"] {
        let mut command = server::command(&certificates, ("http://127.0.0.1:8080", "secret"), [1812, 1813]);
        let checked = output(command.env("RADIUS_ADDRESS", address).args(["-C", "-l", "stdout"]));
        assert!(checked.status.success(), "{address}: {}", String::from_utf8_lossy(&checked.stdout));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn access_points_ask_and_tell_by_ipv6() {
    match UdpSocket::bind((LOOPBACK, 0)) {
        // Some containers have no IPv6. The configuration was checked above.
        Err(error) if error.kind() == ErrorKind::AddrNotAvailable => return,
        socket => drop(socket.unwrap()),
    }
    let stand_in = stand_in::StandIn::start().await;
    let radius = FreeRadius::start_with(Certificates::make(), (LOOPBACK, "[::1]"), &stand_in.url, stand_in::BEARER);
    assert!(log_in(&radius, "ada", stand_in::PASSWORD).is_some());
    assert!(record(&radius, &[("Acct-Status-Type", "Start"), ("NAS-IPv6-Address", "2001:db8::1")]));
}
