//! `POST /v3/customers` with `Idempotency-Key`.

use std::time::Duration;

use axum::body::Body;
use axum::http::header;
use domain::customer::Receipt;
use domain::ports::Clock;
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Answer, Caller, Registry};

async fn send(caller: &Caller, key: &str, query: &str, body: &Value) -> Answer {
    send_text(caller, &[key], query, body.to_string()).await
}

async fn send_text(caller: &Caller, keys: &[&str], query: &str, body: String) -> Answer {
    let mut request = caller.request("POST", &format!("/v3/customers{query}"));
    for key in keys {
        request = request.header("idempotency-key", *key);
    }
    let request = request.header(header::CONTENT_TYPE, "application/json");
    caller.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn the_same_request_gets_the_first_answer_to_the_letter() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::with(&registry.organization, json!({"email": "ada@example.org", "hotspotId": "ap-7"}));
    let first = send(&manager, "key", "", &body).await;
    first.ok();
    registry.clock.forward(Duration::from_secs(60));
    assert_eq!(send(&manager, "key", "", &body).await.text, first.text);
    // Whatever happened to the customer meanwhile.
    let id = first.json()["id"].as_str().unwrap().to_owned();
    manager.put(&id, &json!({"lock": false, "hotspotId": "ap-8", "email": null})).await.ok();
    let before = registry.stored(&id).await;
    assert_eq!(send(&manager, "key", "", &body).await.text, first.text);
    assert_eq!(registry.stored(&id).await, before, "nothing is written");
    assert_ne!(send(&manager, "another key", "", &body).await.ok()["id"], first.json()["id"]);
}

#[tokio::test]
async fn a_repeated_update_is_answered_and_not_carried_out_again() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({"email": "ada@example.org", "firstName": "Ada"})).await;
    let body = bodies::with(&registry.organization, json!({"email": "ada@example.org", "firstName": "Augusta"}));
    let first = send(&manager, "key", "?deduplicate=email", &body).await;
    assert_eq!(first.ok()["id"], id);
    manager.put(&id, &json!({"firstName": "Ada"})).await.ok();
    assert_eq!(send(&manager, "key", "?deduplicate=email", &body).await.text, first.text);
    assert_eq!(registry.stored(&id).await.profile.person.first_name.unwrap().as_str(), "Ada");
}

#[tokio::test]
async fn the_order_of_members_does_not_make_another_request() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let (organization, query) = (&registry.organization, ["?deduplicate=email&x=1", "?x=1&deduplicate=email"]);
    let one =
        format!(r#"{{"organizationId":"{organization}","source":"api","policies":{{"privacy":1,"termsOfUse":1}}}}"#);
    let two = format!(
        r#"{{ "policies": {{"termsOfUse": 1, "privacy": 1}}, "source": "api", "organizationId": "{organization}" }}"#
    );
    let first = send_text(&manager, &["key"], query[0], one).await;
    first.ok();
    assert_eq!(send_text(&manager, &["key"], query[1], two).await.text, first.text);
}

#[tokio::test]
async fn the_same_key_with_another_query_or_body_is_409() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = |email: &str| bodies::with(&registry.organization, json!({"email": email}));
    send(&manager, "key", "", &body("a@example.org")).await.ok();
    for (query, body) in [("", body("b@example.org")), ("?deduplicate=email", body("a@example.org"))] {
        let answer = send(&manager, "key", query, &body).await;
        let fields = answer.fields(409, "idempotency_key_reused");
        assert_eq!(fields, [("Idempotency-Key".to_owned(), "taken".to_owned())]);
    }
    let uri = format!("/v2/customers/organizations/{}/exist?email=b@example.org", registry.organization);
    manager.get(&uri).await.error(404, "not_found");
    let stranger = registry.stranger().await;
    send(&stranger, "key", "", &bodies::least(&stranger.organization)).await.ok();
}

#[tokio::test]
async fn a_refused_request_can_be_put_right_under_its_key() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let wrong = bodies::with(&registry.organization, json!({"policies": {}}));
    send(&manager, "key", "", &wrong).await.error(409, "policy_not_accepted");
    send(&manager, "key", "", &bodies::least(&registry.organization)).await.ok();
}

#[tokio::test]
async fn a_key_that_is_none_is_409_with_everything_else_that_is_wrong() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::least(&registry.organization);
    for (keys, code) in [
        (&[""][..], "invalid"),
        (&["schlüssel"], "invalid"),
        (&["a\tb"], "invalid"),
        (&["a", "a"], "invalid"),
        (&[&*"k".repeat(256)], "too_long"),
    ] {
        send_text(&manager, keys, "", body.to_string()).await.invalid("Idempotency-Key", code);
    }
    send(&manager, &"k".repeat(255), "", &body).await.ok();
    let answer = send(&manager, "", "", &bodies::with(&registry.organization, json!({"email": "?"}))).await;
    assert_eq!(
        answer.fields(409, "invalid_parameters"),
        [("Idempotency-Key", "invalid"), ("email", "invalid")].map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_that_come_at_once_make_one_customer() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::with(&registry.organization, json!({"email": "ada@example.org"}));
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            let (manager, body) = (manager.clone(), body.clone());
            tokio::spawn(async move { send(&manager, "key", "", &body).await })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers[0].ok();
    assert!(answers.iter().all(|answer| answer.text == answers[0].text));
}

/// The promise is a day; the record is kept for two, since a clock may be wrong.
#[tokio::test]
async fn after_two_days_a_key_is_forgotten() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::least(&registry.organization);
    let first = send(&manager, "key", "", &body).await;
    registry.clock.forward(Duration::from_secs(2 * 24 * 60 * 60 - 1));
    let purge =
        async || registry.ports.customers.purge_receipts(Receipt::kept_since(registry.clock.now())).await.unwrap();
    let manager = registry.manager().await;
    assert_eq!(purge().await, 0);
    assert_eq!(send(&manager, "key", "", &body).await.text, first.text);
    registry.clock.forward(Duration::from_secs(2));
    assert_eq!(purge().await, 1);
    assert_ne!(send(&manager, "key", "", &body).await.ok()["id"], first.json()["id"]);
}
