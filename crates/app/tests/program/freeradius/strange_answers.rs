//! Responses that the service does not give, and logins without a request.

use std::thread;

use super::client::{METHODS, is_let_in};
use super::server::FreeRadius;
use super::stand_in::{BEARER, StandIn};

const DOMAIN: &str = "example.test";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_password_lets_anybody_in() {
    let stand_in = StandIn::start().await;
    let server = FreeRadius::start(&stand_in.url, BEARER);
    // Concurrently, since every rejection is delayed by a second.
    thread::scope(|scope| {
        for answer in ["trouble", "nothing", "empty", "broken"] {
            for method in METHODS {
                let server = &server;
                scope.spawn(move || {
                    assert!(!is_let_in(server, method, answer, "a password", DOMAIN), "{answer} by {method:?}");
                });
            }
        }
    });
    assert!(stand_in.asked() >= 4 * METHODS.len(), "each of them was asked about");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_expects_another_server_tells_nothing() {
    let stand_in = StandIn::start().await;
    let server = FreeRadius::start(&stand_in.url, BEARER);
    for method in METHODS {
        assert!(!is_let_in(&server, method, "anna", "a password", "example.org"), "{method:?}");
    }
    assert_eq!(stand_in.asked(), 0);
}
