//! `/activate`: the page of a token, and the requests that it makes.

mod files;
mod grants;
mod hits;
mod looks;
mod start;
mod stops;

use axum::body::Body;
use axum::http::{Request, header};
use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

pub(crate) const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1";
pub(crate) const PIXEL: &str =
    "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/123.0.0.0 Mobile Safari/537.36";
pub(crate) const WINDOWS: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/123.0.0.0 Safari/537.36";
pub(crate) const CHROMEBOOK: &str =
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/123.0.0.0 Safari/537.36";
pub(crate) const LINUX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0";

/// Settings that suffice for every file except the app's.
pub(crate) fn passpoint() -> Value {
    json!({"realm": "Realm.example.test", "friendlyName": "Lido Wi-Fi", "domain": "wifi.example.test",
        "serverNames": ["radius.wifi.example.test"]})
}

pub(crate) async fn configure(manager: &Caller, settings: Value) {
    let uri = format!("/v1/organizations/{}/settings", manager.organization);
    manager.json("PUT", &uri, settings.to_string()).await.ok();
}

/// A customer who can log in, of an organization with Passpoint.
pub(crate) struct Place {
    pub(crate) registry: Registry,
    pub(crate) manager: Caller,
    pub(crate) customer: String,
}

impl Place {
    pub(crate) async fn open() -> Self {
        Self::of(Registry::start().await).await
    }

    pub(crate) async fn of(registry: Registry) -> Self {
        let manager = registry.manager().await;
        configure(&manager, json!({"passpoint": passpoint()})).await;
        let customer =
            manager.create("", json!({"lock": false, "username": "ada", "password": "correct <horse>"})).await;
        Self { registry, manager, customer }
    }

    /// A token, with a query for its lifetime and hits.
    pub(crate) async fn token(&self, query: &str) -> String {
        let issued = self.manager.get(&format!("/v2/customers/{}/token{query}", self.customer)).await.ok();
        issued["token"].as_str().unwrap().to_owned()
    }

    /// Gets an address of the page with these headers.
    pub(crate) async fn look(&self, uri: &str, headers: &[(&str, &str)]) -> Answer {
        let request = headers.iter().fold(Request::get(uri), |request, (name, value)| request.header(*name, *value));
        self.registry.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn page(&self, token: &str, agent: &str) -> Answer {
        self.look(&format!("/activate/{token}"), &[("user-agent", agent)]).await
    }

    /// Submits a form of the page.
    pub(crate) async fn ask(&self, token: &str, device: &str) -> Answer {
        self.registry.send(asking(&format!("/activate/{token}"), &format!("device={device}"))).await
    }

    /// The address that a grant for the device redirects to.
    pub(crate) async fn granted(&self, device: &str) -> String {
        let token = self.token("?hits=1").await;
        leads_to(&self.ask(&token, device).await)
    }
}

pub(crate) fn asking(uri: &str, form: &str) -> Request<Body> {
    let request = Request::post(uri).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Body::from(form.to_owned())).unwrap()
}

/// The redirect of the response to a form, as an absolute path.
pub(crate) fn leads_to(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    format!("/activate/{}", answer.headers[header::LOCATION].to_str().unwrap())
}

pub(crate) fn header_of<'a>(answer: &'a Answer, name: &str) -> &'a str {
    answer.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}
