//! An organization whose guests set up their devices, with the built program.

use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Client, Home, Server};

pub(super) const USERNAME: &str = "ada@example.test";
pub(super) const PASSWORD: &str = "wonder <land> & 1";

pub(super) struct Venue {
    pub(super) server: Server,
    client: Client,
    organization: String,
    customer: String,
    _home: Home,
}

impl Venue {
    pub(super) async fn open() -> Self {
        let home = Home::new();
        let server = home.start();
        let keys = server.demonstration();
        let client = server.login(&keys).await;
        let login = json!({"lock": false, "username": USERNAME, "password": PASSWORD});
        let customer = client.create(&bodies::with(&keys.organization, login)).await;
        let venue = Self { server, client, organization: keys.organization, customer, _home: home };
        venue
            .configure(json!({"passpoint": {"realm": "example.test", "friendlyName": "Lido Wi-Fi",
                "domain": "example.test", "serverNames": ["radius.example.test"]}}))
            .await;
        venue
    }

    pub(super) async fn configure(&self, settings: Value) {
        self.client.put(&format!("/v1/organizations/{}/settings", self.organization), &settings).await.ok();
    }

    /// The address that a guest receives.
    pub(super) async fn link(&self, hits: u32) -> String {
        let issued = self.client.get(&format!("/v2/customers/{}/token?hits={hits}", self.customer)).await.ok();
        format!("{}/activate/{}", self.server.url, issued["token"].as_str().unwrap())
    }
}
