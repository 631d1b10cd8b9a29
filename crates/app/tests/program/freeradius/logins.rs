//! Who is let in.

use std::thread;
use std::time::{Duration, Instant};

use super::client::{METHODS, is_let_in};
use super::registry::{CUSTOMERS, Registry};
use super::server::FreeRadius;

const DOMAIN: &str = "example.test";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_let_in_by_every_method_and_nobody_else() {
    let registry = Registry::start().await;
    let server = FreeRadius::start(&registry.url);
    let mut logins: Vec<_> = CUSTOMERS.iter().map(|(name, password)| (*name, *password, true)).collect();
    logins.push((CUSTOMERS[0].0, "another password", false));
    logins.extend(["unknown", "locked", "trouble", "nothing", "empty"].map(|name| (name, "a password", false)));
    // Side by side, since every rejection is held back for a second.
    thread::scope(|scope| {
        for (username, password, expected) in &logins {
            for method in METHODS {
                let server = &server;
                scope.spawn(move || {
                    let let_in = is_let_in(server, method, username, password, DOMAIN);
                    assert_eq!(let_in, *expected, "{username} by {method:?}");
                });
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_expects_another_server_tells_nothing() {
    let registry = Registry::start().await;
    let server = FreeRadius::start(&registry.url);
    let (username, password) = CUSTOMERS[0];
    for method in METHODS {
        assert!(!is_let_in(&server, method, username, password, "example.org"), "{method:?}");
    }
    assert_eq!(registry.asked(), 0);
}

#[test]
fn without_the_registry_devices_are_rejected_soon() {
    let server = FreeRadius::start("http://127.0.0.1:1");
    let (username, password) = CUSTOMERS[0];
    let start = Instant::now();
    assert!(!is_let_in(&server, METHODS[0], username, password, DOMAIN));
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}
