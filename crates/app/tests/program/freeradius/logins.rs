//! Logins, decided by the service itself.

use std::time::{Duration, Instant};

use super::client::{METHODS, is_let_in};
use super::venue::{REALM, Venue};
use crate::fixture::Home;

/// Names and passwords with characters that are special in XML, a shell, a form, FreeRADIUS or a terminal.
const GUESTS: [(&str, &str); 4] = [
    ("anna", "wonder land!1"),
    ("übel & 'co' <%{User-Name}>", " a%{md5:b}\"\\<&>+=€ "),
    ("we\"ird\\name", "\\\\%25%%'`$(id)"),
    ("日本;ш#é", "пароль 日本 ]]>"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_let_in_by_every_method_and_nobody_else_on_sqlite() {
    customers_are_let_in_and_nobody_else(Home::new()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn customers_are_let_in_by_every_method_and_nobody_else_on_postgresql() {
    customers_are_let_in_and_nobody_else(Home::on_postgres()).await;
}

async fn customers_are_let_in_and_nobody_else(home: Home) {
    let venue = Venue::open(home).await;
    let mut ids = Vec::new();
    for (username, password) in GUESTS {
        ids.push(venue.guest(username, password, false).await);
    }
    let locked = venue.guest("locked", "geheim", true).await;
    let erased = venue.guest("erased", "geheim", false).await;
    venue.erase(&erased).await;
    let with_realm = format!("anna@{REALM}");
    let mut logins = GUESTS.map(|(username, password)| (username, password, true)).to_vec();
    logins.extend([
        (with_realm.as_str(), "wonder land!1", true),
        ("anna@example.org", "wonder land!1", false),
        ("Anna", "wonder land!1", false),
        ("anna", "another password", false),
        ("locked", "geheim", false),
        ("erased", "geheim", false),
        ("unknown", "geheim", false),
    ]);
    venue.expect(&logins);
    // Customers are not cached.
    venue.lock(&locked, false).await;
    venue.lock(&ids[0], true).await;
    venue.expect(&[("locked", "geheim", true), ("anna", "wonder land!1", false)]);
    venue.lock(&ids[0], false).await;
    venue.expect(&[("anna", "wonder land!1", true)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_service_devices_are_rejected_soon_and_with_it_again_let_in() {
    let home = Home::new();
    // The same address for the later server.
    let address = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().to_string();
    let command = home.command(&["--listen", &address]);
    let mut venue = Venue::open_with(home, command).await;
    venue.guest("anna", "geheim", false).await;
    venue.server.kill();
    for method in METHODS {
        let start = Instant::now();
        assert!(!is_let_in(&venue.radius, method, "anna", "geheim", REALM), "{method:?}");
        assert!(start.elapsed() < Duration::from_secs(3), "{method:?}: {:?}", start.elapsed());
    }
    let command = venue.home.command(&["--listen", &address]);
    venue.server = venue.home.start_with(command);
    venue.expect(&[("anna", "geheim", true)]);
}
