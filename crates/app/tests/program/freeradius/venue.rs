//! A venue with everything that is real: the service on its database, FreeRADIUS before it, and its customers.

use std::process::Command;
use std::thread;

use serde_json::{Value, json};

use super::certificates::Certificates;
use super::client::{METHODS, is_let_in};
use super::server::FreeRadius;
use crate::common::bodies;
use crate::fixture::{Client, Home, Keys, Server};

/// What the organization's customers may write behind their names. It is also the domain of the RADIUS server.
pub(super) const REALM: &str = "example.test";

pub(super) struct Venue {
    pub(super) radius: FreeRadius,
    pub(super) manager: Client,
    pub(super) server: Server,
    pub(super) keys: Keys,
    // Last: it takes the database along.
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

    /// The demonstration, with the certificates that it brings.
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

    /// A customer who may come in, unless locked.
    pub(super) async fn guest(&self, username: &str, password: &str, lock: bool) -> String {
        let members = json!({"username": username, "password": password, "lock": lock});
        self.manager.create(&bodies::with(&self.keys.organization, members)).await
    }

    /// Locks the customer, or lets it in again.
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

    /// Has each of them log in by every method: name, password, and whether they are let in. Side by side, since every
    /// rejection is held back for a second.
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
