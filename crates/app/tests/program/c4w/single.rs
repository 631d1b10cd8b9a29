//! `c4w import` to a server that accepts one customer per request, as Cloud4Wi's do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::command::C4w;
use super::import::{import, summary, write};
use crate::fixture::{Home, Keys};

/// The received customers, by their ids in an external system, and for each request the number of concurrent ones.
#[derive(Default)]
struct Seen {
    customers: BTreeMap<String, Value>,
    requests: usize,
    under_way: usize,
    most_under_way: usize,
}

type Shared = Arc<Mutex<Seen>>;

async fn create(
    State(seen): State<Shared>,
    RawQuery(query): RawQuery,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.requests += 1;
        seen.under_way += 1;
        seen.most_under_way = seen.most_under_way.max(seen.under_way);
        seen.requests
    };
    tokio::task::yield_now().await;
    let mut seen = seen.lock().unwrap();
    seen.under_way -= 1;
    let id = body["extId"].as_str().unwrap().to_owned();
    assert_eq!(query.as_deref(), Some("deduplicate=extId"));
    if id == "odd" {
        let errors = json!([{"field": "email", "code": "invalid", "message": "is odd"}]);
        return (
            StatusCode::CONFLICT,
            Json(json!({"status": "KO", "code": "invalid_parameters", "message": "No.", "errors": errors})),
        );
    }
    // The service is overloaded from time to time.
    if number % 50 == 0 {
        return (StatusCode::SERVICE_UNAVAILABLE, Json(Value::Null));
    }
    seen.customers.insert(id, body);
    (StatusCode::OK, Json(json!({"status": "OK", "id": "1", "locked": null})))
}

async fn start(seen: Shared) -> String {
    let service = json!({"id": "s", "domains": {"service": {"id": "s", "organizations": ["o"]}}});
    let router = Router::new()
        // The payload is {"iss":"s"}.
        .route("/v1/sts/login/services", post(async || Json(json!({"token": "e30.eyJpc3MiOiJzIn0.c2ln"}))))
        .route("/v1/sts/services/s", get(async || Json(service)))
        .route("/v3/customers", post(create))
        .with_state(seen);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = http_api::Server::new("test", listener, router, Default::default(), &Default::default());
    tokio::spawn(server.run(std::future::pending(), std::time::Duration::ZERO));
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn each_row_is_a_request_and_those_of_one_person_keep_their_order() {
    let home = Home::new();
    let seen = Shared::default();
    let keys = Keys {
        organization: "o".into(),
        location: String::new(),
        client_key: "ck-1".into(),
        client_secret: "long-secret".into(),
    };
    let c4w = C4w::with(&home, &start(seen.clone()).await, keys);
    let mut text = "extId,firstName\n".to_owned();
    for number in 0..400 {
        text += &format!("crm-{},Ada {number}\n", number % 150);
    }
    let file = write(&home, "guests.csv", text + "odd,Ada\n");
    let ended = import(&c4w, &file, &["--deduplicate", "extId", "--parallel", "4"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!((&summary(&ended)["createdOrUpdated"], &summary(&ended)["rejected"]), (&json!(400), &json!(1)));
    let seen = seen.lock().unwrap();
    assert_eq!(seen.customers.len(), 150);
    for (id, customer) in &seen.customers {
        let number: usize = id.strip_prefix("crm-").unwrap().parse().unwrap();
        let last = if number < 100 { number + 300 } else { number + 150 };
        assert_eq!(customer["firstName"], format!("Ada {last}"));
        assert_eq!((&customer["organizationId"], &customer["source"]), (&json!("o"), &json!("external")));
    }
    assert!((2..=4).contains(&seen.most_under_way), "{}", seen.most_under_way);
}
