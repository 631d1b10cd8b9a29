//! `GET /v3/customers/{cid}`

use std::time::Duration;

use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::Registry;

/// The customer without its id and the members of every response.
fn stored(mut answer: Value) -> Value {
    for member in ["status", "generated", "id", "created", "modified"] {
        assert!(answer.as_object_mut().unwrap().remove(member).is_some(), "{member} is missing: {answer}");
    }
    answer
}

#[tokio::test]
async fn everything_comes_back_under_the_names_it_was_sent_by_but_the_password() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let mut body = bodies::full(&registry.organization, &registry.location);
    let id = manager.post("/v3/customers", &body).await.ok()["id"].as_str().unwrap().to_owned();
    let answer = manager.get(&format!("/v3/customers/{id}")).await;
    assert!(!answer.text.contains("correct horse"), "the password is told");
    let answer = answer.ok();
    assert_eq!((&answer["status"], &answer["id"]), (&json!("OK"), &json!(id)));
    body.as_object_mut().unwrap().remove("password");
    // The only additional member.
    body["phoneNumberValid"] = json!(true);
    assert_eq!(stored(answer), body);
}

#[tokio::test]
async fn what_has_no_value_is_absent() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({"policies": {"privacy": true, "termsOfUse": true}})).await;
    manager.put(&id, &json!({"policies": null})).await.ok();
    let answer = stored(manager.get(&format!("/v3/customers/{id}")).await.ok());
    let members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["locationId", "lock", "organizationId", "source", "username"]);
}

#[tokio::test]
async fn it_tells_when_the_customer_was_created_and_when_it_changed() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    registry.clock.forward(Duration::from_millis(1_001));
    manager.put(&id, &json!({"firstName": "Ada"})).await.ok();
    registry.clock.forward(Duration::from_secs(1));
    let answer = manager.get(&format!("/v3/customers/{id}")).await.ok();
    assert_eq!(answer["created"], "2024-03-28T10:15:30.000Z");
    assert_eq!(answer["modified"], "2024-03-28T10:15:31.001Z");
    assert_eq!(answer["generated"], "2024-03-28T10:15:32.001Z");
}

#[tokio::test]
async fn who_is_nowhere_is_404_and_whose_is_anothers_403() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for id in [&"0".repeat(32), "0", "nobody"] {
        manager.get(&format!("/v3/customers/{id}")).await.error(404, "not_found");
    }
    let stranger = registry.stranger().await;
    let theirs = stranger.create("", json!({})).await;
    manager.get(&format!("/v3/customers/{theirs}")).await.error(403, "forbidden");
}
