//! Stands in for the registry: answers FreeRADIUS by the name of the user alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::server::BEARER;

/// Who may come in.
pub(super) const CUSTOMERS: [(&str, &str); 2] =
    [("anna@example.test", "wonder land!1"), ("übel & 'co' <%{User-Name}>", " a%{md5:b}\"\\<&>+=€ ")];

/// One that runs as long as the test's runtime.
pub(super) struct Registry {
    pub(super) url: String,
    asked: Arc<AtomicUsize>,
}

impl Registry {
    pub(super) async fn start() -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let authorize = move |headers: HeaderMap, body: String| async move {
            count.fetch_add(1, Ordering::Relaxed);
            answer(&headers, &body)
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().route("/radius/authorize", post(authorize));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    /// How often it was asked.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn answer(headers: &HeaderMap, body: &str) -> Response {
    if headers["authorization"] != format!("Bearer {BEARER}") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    // An address is the one reader of forms that is at hand.
    let form = Url::parse(&format!("http://form/?{body}")).unwrap();
    let username = form.query_pairs().find(|(name, _)| name == "username").unwrap().1;
    match username.as_ref() {
        "locked" => StatusCode::FORBIDDEN.into_response(),
        "trouble" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "nothing" => StatusCode::NO_CONTENT.into_response(),
        "empty" => Json(json!({})).into_response(),
        name => match CUSTOMERS.iter().find(|customer| customer.0 == name) {
            None => StatusCode::NOT_FOUND.into_response(),
            Some((_, password)) => Json(attributes(name, password)).into_response(),
        },
    }
}

fn attributes(name: &str, password: &str) -> Value {
    let attribute = |value: &str| json!({"op": ":=", "do_xlat": false, "value": value});
    json!({"control:Cleartext-Password": attribute(password), "reply:User-Name": attribute(name)})
}
