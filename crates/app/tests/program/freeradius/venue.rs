//! A venue with only real components: the service on its database, FreeRADIUS in front of it, and customers.

use std::process::Command;
use std::thread;

use serde_json::{Value, json};

use super::certificates::Certificates;
use super::client::{METHODS, is_let_in};
use super::server::FreeRadius;
use crate::common::bodies;
use crate::fixture::{Client, Home, Keys, Server};

/// The realm that the organization's customers may append to their names. It is also the domain of the RADIUS server.
pub(super) const REALM: &str = "example.test";

pub(super) struct Venue {
    pub(super) radius: FreeRadius,
    pub(super) manager: Client,
    pub(super) server: Server,
    pub(super) keys: Keys,
    // Dropped last, since it removes the database.
    pub(super) home: Home,
}

impl Venue {
    pub(super) async fn open(home: Home) -> Self {
        let command = home.command(&[]);
        Self::open_with(home, command).await
    }

    /// The server is started with this command.
    pub(super) async fn open_with(home: Home, command: Command) -> Self {
        let keys = home.register();
        let role = ["service", "add", "--organization", &keys.organization, "--role", "radius"];
        let added = home.json_lines(&role).remove(0);
        let server = home.start_with(command);
        let manager = server.login(&keys).await;
        let radius = FreeRadius::start(&server.url, added["bearer"].as_str().unwrap());
        let venue = Self { radius, manager, server, keys, home };
        let settings = format!("/v1/organizations/{}/settings", venue.keys.organization);
        venue.manager.put(&settings, &json!({"passpoint": {"realm": REALM}})).await.ok();
        venue
    }

    /// The demonstration with its certificates.
    pub(super) async fn of_the_demonstration() -> Self {
        let home = Home::new();
        let server = home.start();
        let keys = server.demonstration();
        server.stop();
        let role = ["service", "add", "--organization", &keys.organization, "--role", "radius"];
        let added = home.json_lines(&role).remove(0);
        let server = home.start();
        let manager = server.login(&keys).await;
        let certificates = Certificates::copied(&home.data().join("demonstration-radius"));
        let (place, bearer) = (("127.0.0.1", "127.0.0.1"), added["bearer"].as_str().unwrap());
        let radius = FreeRadius::start_with(certificates, place, &server.url, bearer);
        Self { radius, manager, server, keys, home }
    }

    /// A customer who can log in, unless locked.
    pub(super) async fn guest(&self, username: &str, password: &str, lock: bool) -> String {
        let members = json!({"username": username, "password": password, "lock": lock});
        self.manager.create(&bodies::with(&self.keys.organization, members)).await
    }

    /// Locks or unlocks the customer.
    pub(super) async fn lock(&self, id: &str, lock: bool) {
        self.manager.put(&format!("/v3/customers/{id}"), &json!({"lock": lock})).await.ok();
    }

    pub(super) async fn erase(&self, id: &str) {
        let request = self.manager.request(reqwest::Method::DELETE, &format!("/v3/customers/{id}"));
        self.manager.send(request).await.ok();
    }

    pub(super) async fn sessions(&self, id: &str) -> Vec<Value> {
        let answer = self.manager.get(&format!("/v3/customers/{id}/sessions")).await.ok();
        answer["sessions"].as_array().unwrap().clone()
    }

    /// Lets each of them log in by every method: name, password, and whether the login succeeds. Concurrently, since
    /// every rejection is delayed by a second.
    pub(super) fn expect(&self, logins: &[(&str, &str, bool)]) {
        thread::scope(|scope| {
            for (username, password, expected) in logins {
                for method in METHODS {
                    scope.spawn(move || {
                        let let_in = is_let_in(&self.radius, method, username, password, REALM);
                        assert_eq!(let_in, *expected, "{username} by {method:?}");
                    });
                }
            }
        });
    }
}
