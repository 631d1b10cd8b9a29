//! Clients of the stand-in.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use c4w_client::{Body, Creation, Credentials, Pauses, RealClient, Secret, Settings};
use serde_json::{Value, json};

use crate::stand_in::StandIn;

/// Pauses that end at once and are recorded in milliseconds.
#[derive(Default)]
pub(crate) struct Noted(Mutex<Vec<u128>>);

impl Noted {
    pub(crate) fn all(&self) -> Vec<u128> {
        self.0.lock().unwrap().clone()
    }
}

#[async_trait]
impl Pauses for Noted {
    async fn pause(&self, time: Duration) {
        self.0.lock().unwrap().push(time.as_millis());
        tokio::task::yield_now().await;
    }

    fn chance(&self) -> f64 {
        0.0
    }
}

pub(crate) fn settings(url: &str) -> Settings {
    let client_secret = Secret::new("right-secret");
    let credentials = Credentials { client_key: "ck-1".to_owned(), client_secret };
    // So long that only a hang reaches it.
    Settings { request_time: Duration::from_secs(60), ..Settings::new(url, credentials) }
}

/// A server, a client of it, and the client's pauses.
pub(crate) async fn start() -> (StandIn, RealClient, Arc<Noted>) {
    let server = StandIn::start().await;
    let (client, pauses) = client(settings(&server.url));
    (server, client, pauses)
}

pub(crate) fn client(settings: Settings) -> (RealClient, Arc<Noted>) {
    let pauses = Arc::new(Noted::default());
    (RealClient::with_pauses(settings, pauses.clone()).unwrap(), pauses)
}

pub(crate) fn ada() -> Body {
    let Value::Object(body) = json!({"email": "ada@example.org", "source": "api"}) else { panic!("an object") };
    body
}

pub(crate) fn by_email() -> Creation {
    Creation { deduplicate: vec!["email".to_owned()], idempotency_key: None }
}

pub(crate) fn by_key() -> Creation {
    Creation { deduplicate: Vec::new(), idempotency_key: Some("key-1".to_owned()) }
}
