//! The contents of a rejection for the access point.

use std::thread;

use super::client::{METHODS, rejection};
use super::server::FreeRadius;
use super::stand_in::{BEARER, StandIn};

/// In the rejection itself, with every method, and in no earlier packet.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejection_says_why_where_that_tells_nobody_who_has_which_password() {
    let stand_in = StandIn::start().await;
    let server = FreeRadius::start(&stand_in.url, BEARER);
    // Concurrently, since every rejection is delayed by a second.
    thread::scope(|scope| {
        for (username, reason) in [
            ("locked", Some("Account locked")),
            ("trouble", Some("Service unavailable")),
            ("nobody", None),
            // With a wrong password.
            ("ada", None),
        ] {
            for method in METHODS {
                let server = &server;
                scope.spawn(move || {
                    let told = rejection(server, method, username, "a wrong password");
                    let expected: Vec<_> = reason.into_iter().collect();
                    assert_eq!(told.reasons, expected, "{username} by {method:?}");
                    assert_eq!(told.before, [""; 0], "{username} by {method:?}");
                    assert!(!told.has_name, "{username} by {method:?}");
                });
            }
        }
    });
}
