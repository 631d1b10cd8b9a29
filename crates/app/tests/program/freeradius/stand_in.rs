//! A substitute for the service, for responses that the service does not give, and for counting requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use reqwest::Url;
use serde_json::json;
use tokio::net::TcpListener;

/// The bearer secret that it expects from FreeRADIUS.
pub(super) const BEARER: &str = "a bearer's secret";

/// The password of `ada`.
pub(super) const PASSWORD: &str = "geheim";

/// A running substitute, which lives as long as the test's runtime.
pub(super) struct StandIn {
    pub(super) url: String,
    asked: Arc<AtomicUsize>,
}

impl StandIn {
    pub(super) async fn start() -> Self {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let authorize = move |headers: HeaderMap, body: String| async move {
            count.fetch_add(1, Ordering::Relaxed);
            answer(&headers, &body)
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/radius/authorize", post(authorize))
            .route("/radius/accounting", post(async || StatusCode::NO_CONTENT));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, asked }
    }

    /// The number of requests.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

/// The name determines the response.
fn answer(headers: &HeaderMap, body: &str) -> Response {
    if headers["authorization"] != format!("Bearer {BEARER}") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    // The parser of addresses is the available parser of forms.
    let form = Url::parse(&format!("http://form/?{body}")).unwrap();
    let username = form.query_pairs().find(|(name, _)| name == "username").unwrap().1;
    match username.as_ref() {
        "trouble" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "nothing" => StatusCode::NO_CONTENT.into_response(),
        "empty" => Json(json!({})).into_response(),
        "broken" => "{".into_response(),
        "locked" => StatusCode::FORBIDDEN.into_response(),
        "nobody" => StatusCode::NOT_FOUND.into_response(),
        "ada" => Json(json!({
            "control:Cleartext-Password": {"op": ":=", "do_xlat": false, "value": PASSWORD},
            "reply:User-Name": {"op": ":=", "do_xlat": false, "value": "ada@example.test"},
        }))
        .into_response(),
        name => panic!("nobody is called {name}"),
    }
}
