//! How much a public app may find, miss, create and write.

use std::num::NonZeroU32;

use axum::http::header;
use domain::access::Role;
use http_api::{Limits, Rates};
use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

async fn with(change: impl FnOnce(&mut Rates)) -> Registry {
    let mut rates = Rates::default();
    change(&mut rates);
    Registry::start_with(Limits { rates, ..Limits::default() }).await
}

const fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

async fn create(caller: &Caller, members: Value) -> Answer {
    caller.create_answer("?deduplicate=email", members).await
}

async fn exists(caller: &Caller, email: &str) -> Answer {
    caller.get(&format!("/v2/customers/organizations/{}/exist?email={email}", caller.organization)).await
}

async fn check(caller: &Caller, password: &str) -> Answer {
    let body = json!({"organizationId": caller.organization, "username": "ada", "password": password});
    caller.post("/v3/customers/credential/check", &body).await
}

fn assert_limited(answer: &Answer, name: &str) {
    answer.error(429, "rate_limited");
    let seconds: u64 = answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=3600).contains(&seconds), "{seconds}");
    let left = answer.headers["ratelimit"].to_str().unwrap();
    assert!(left.contains(&format!("\"{name}\";r=0;")), "{left}");
}

#[tokio::test]
async fn customers_who_are_found_are_counted_in_whatever_way_they_are_found() {
    let registry = with(|rates| rates.app_found = number(5)).await;
    let (manager, app) = (registry.manager().await, registry.login(Role::PublicApp).await);
    let ada = json!({"email": "a@example.org", "username": "ada", "password": "geheim", "lock": false});
    let id = manager.create("", ada.clone()).await;
    create(&app, json!({"email": "a@example.org"})).await.ok();
    exists(&app, "a@example.org").await.ok();
    check(&app, "geheim").await.ok();
    app.put(&id, &json!({"firstName": "Eve"})).await.ok();
    app.create_answer("", json!({"username": "ada"})).await.error(409, "username_taken");
    assert_limited(&create(&app, json!({"email": "a@example.org"})).await, "found");
    assert_limited(&exists(&app, "a@example.org").await, "found");
    assert_limited(&check(&app, "geheim").await, "found");
    assert_limited(&app.put(&id, &json!({"firstName": "Eve"})).await, "found");
    let report = app.post(&format!("/v3/customers/{id}/devices"), &json!({"installId": "1"})).await;
    assert_limited(&report, "found");
    // No other service is affected.
    create(&manager, ada).await.ok();
    exists(&registry.login(Role::PublicApp).await, "a@example.org").await.ok();
}

#[tokio::test]
async fn the_customers_own_device_is_not_counted_as_finding() {
    let registry = with(|rates| rates.app_found = number(1)).await;
    let app = registry.login(Role::PublicApp).await;
    let ada = json!({"email": "a@example.org", "device": {"installId": "1"}});
    let id = create(&app, ada.clone()).await.ok()["id"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        create(&app, ada.clone()).await.ok();
        app.put(&id, &json!({"device": {"installId": "1"}, "firstName": "Ada"})).await.ok();
        app.post(&format!("/v3/customers/{id}/devices"), &json!({"installId": "1"})).await.ok();
    }
}

#[tokio::test]
async fn customers_who_are_not_there_are_counted() {
    let registry = with(|rates| rates.app_missed = number(4)).await;
    let app = registry.login(Role::PublicApp).await;
    exists(&app, "nobody@example.org").await.error(404, "not_found");
    check(&app, "geheim").await.ok();
    app.put(&"0".repeat(32), &json!({})).await.error(404, "not_found");
    let refuses = json!({"email": "nobody@example.org", "policies": {}});
    create(&app, refuses.clone()).await.error(409, "policy_not_accepted");
    assert_limited(&exists(&app, "nobody@example.org").await, "missed");
    assert_limited(&check(&app, "geheim").await, "missed");
    assert_limited(&create(&app, refuses).await, "missed");
    exists(&registry.manager().await, "nobody@example.org").await.error(404, "not_found");
}

#[tokio::test]
async fn creations_are_counted_for_the_app_and_for_the_organization() {
    let registry = with(|rates| rates.app_created = number(2)).await;
    let mut apps = Vec::new();
    for _ in 0..5 {
        apps.push(registry.login(Role::PublicApp).await);
    }
    for app in &apps[..4] {
        for _ in 0..2 {
            app.create_answer("", json!({"email": "?"})).await.error(409, "invalid_parameters");
            app.create_answer("", json!({})).await.ok();
        }
        assert_limited(&app.create_answer("", json!({})).await, "created");
    }
    assert_limited(&apps[4].create_answer("", json!({})).await, "created");
    let other = registry.stranger().await;
    let elsewhere = registry.login_as(&other.organization, Role::PublicApp, "customer_write").await;
    elsewhere.create_answer("", json!({})).await.ok();
    registry.manager().await.create_answer("", json!({})).await.ok();
}

#[tokio::test]
async fn bytes_that_are_written_are_counted() {
    let registry = with(|rates| rates.app_written = number(100_000)).await;
    let app = registry.login(Role::PublicApp).await;
    let picture = json!({"picture": "x".repeat(40_000)});
    let id = app.create("", picture.clone()).await;
    app.create_answer("", json!({"picture": "x".repeat(60_000)})).await.error(429, "rate_limited");
    app.put(&id, &picture).await.ok();
    assert_limited_bytes(&app.put(&id, &picture).await);
    app.put(&id, &json!({"firstName": "Ada"})).await.ok();
    registry.manager().await.put(&id, &picture).await.ok();
}

fn assert_limited_bytes(answer: &Answer) {
    answer.error(429, "rate_limited");
    let seconds: u64 = answer.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((600..=3600).contains(&seconds), "as long as it takes for the bytes to come back: {seconds}");
}

/// Concurrent requests are counted when they arrive, not when they are answered.
#[tokio::test]
async fn many_at_once_do_not_exceed_what_one_may() {
    let registry = with(|rates| rates.app_created = number(10)).await;
    let app = registry.login(Role::PublicApp).await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let app = app.clone();
        tasks.spawn(async move { app.create_answer("", json!({})).await.status });
    }
    let statuses = tasks.join_all().await;
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 10);
    assert_eq!(statuses.iter().filter(|status| **status == 429).count(), 40);
}
