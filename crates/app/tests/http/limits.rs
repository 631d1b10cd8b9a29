//! Rate limits.

use std::num::NonZeroU32;

use axum::http::header;
use http_api::{Limits, Rates};
use serde_json::json;

use crate::activate::Place;
use crate::fixture::{Answer, Caller, Registry, credentials};

async fn with(rates: Rates) -> Registry {
    Registry::start_with(Limits { rates, ..Limits::default() }).await
}

const fn number(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

async fn check(caller: &Caller, username: &str, password: &str) -> Answer {
    let body = json!({"organizationId": caller.organization, "username": username, "password": password});
    caller.post("/v3/customers/credential/check", &body).await
}

/// The two headers, if present.
fn told(answer: &Answer) -> Option<(&str, &str)> {
    let header = |name| answer.headers.get(name).map(|value| value.to_str().unwrap());
    header("ratelimit-policy").zip(header("ratelimit"))
}

fn assert_limited(answer: &Answer) {
    answer.error(429, "rate_limited");
    assert!(answer.headers[header::RETRY_AFTER].to_str().unwrap().parse::<u64>().unwrap() >= 1);
}

#[tokio::test]
async fn a_services_requests_are_limited_and_another_ones_are_not() {
    // During twenty consecutive requests hardly any is regained.
    let registry = with(Rates { requests: number(1), ..Rates::default() }).await;
    let (one, two) = (registry.manager().await, registry.manager().await);
    let uri = format!("/v3/customers/{}", "0".repeat(32));
    let mut limited = 0;
    for _ in 0..20 {
        let answer = one.get(&uri).await;
        if answer.status == 429 {
            assert_limited(&answer);
            assert_eq!(told(&answer), Some(("\"service\";q=1;w=1", "\"service\";r=0;t=1")));
            limited += 1;
        }
    }
    assert!(limited > 10, "{limited} of 20");
    two.get(&uri).await.error(404, "not_found");
}

#[tokio::test]
async fn answers_to_services_tell_the_limit_and_others_do_not() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for answer in [manager.create_answer("", json!({})).await, manager.create_answer("", json!({"email": "?"})).await] {
        let (policy, left) = told(&answer).unwrap();
        assert_eq!(policy, "\"service\";q=100000;w=1");
        assert!(left.starts_with("\"service\";r=99") && left.ends_with(";t=1"), "{left}");
    }
    assert_eq!(told(&registry.get("/health/live").await), None);
    let nobody = registry.caller("x").get("/v2/customers/tokens/x").await;
    assert_eq!((nobody.status, told(&nobody)), (403, None));
}

#[tokio::test]
async fn guessing_a_password_meets_429_and_keeps_nobody_out_who_was_in() {
    let registry = Registry::start().await;
    let (manager, other) = (registry.manager().await, registry.manager().await);
    for name in ["ada", "eve"] {
        manager.create("", json!({"username": name, "password": "geheim", "lock": false})).await;
    }
    let first = check(&manager, "ada", "geheim").await;
    let (policy, left) = told(&first).unwrap();
    assert_eq!(policy, "\"service\";q=100000;w=1, \"password\";q=100;w=600");
    assert!(left.ends_with("\"password\";r=99;t=6"), "{left}");
    let mut limited = 0;
    for n in 0..600 {
        let answer = check(&manager, "ada", &format!("guess {n}")).await;
        if answer.status == 429 {
            assert_limited(&answer);
            limited += 1;
        } else {
            assert_eq!(answer.ok()["present"], false);
        }
    }
    assert!(limited > 400, "{limited} of 600");
    assert_eq!(check(&manager, "ada", "geheim").await.ok()["present"], true, "she was in before");
    assert_eq!(check(&manager, "eve", "geheim").await.ok()["present"], true, "another name");
    assert_eq!(check(&other, "ada", "geheim").await.ok()["present"], true, "another service");
}

#[tokio::test]
async fn over_the_limit_the_right_password_is_as_good_as_any() {
    let registry = with(Rates { passwords: number(2), ..Rates::default() }).await;
    let manager = registry.manager().await;
    manager.create("", json!({"username": "ada", "password": "geheim", "lock": false})).await;
    for guess in ["a", "b"] {
        assert_eq!(check(&manager, "ada", guess).await.ok()["present"], false);
    }
    assert_limited(&check(&manager, "ada", "geheim").await);
}

#[tokio::test]
async fn sixty_four_clients_that_check_one_password_meet_no_429() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    manager.create("", json!({"username": "ada", "password": "geheim", "lock": false})).await;
    let clients = (0..64).map(|_| {
        let manager = manager.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                assert_eq!(check(&manager, "ada", "geheim").await.ok()["present"], true);
            }
        })
    });
    for client in clients.collect::<Vec<_>>() {
        client.await.unwrap();
    }
}

#[tokio::test]
async fn wrong_secrets_tell_their_limit() {
    let registry = with(Rates { secrets: number(3), ..Rates::default() }).await;
    let service = registry.add_service(&registry.organization, domain::access::Role::PublicApp, "").await;
    let mut wrong = credentials(&service);
    wrong["clientSecret"] = json!("guess");
    let answer = registry.post("/v1/sts/login/services", &wrong).await;
    answer.error(401, "unauthorized");
    assert_eq!(told(&answer), Some(("\"secret\";q=3;w=3", "\"secret\";r=2;t=1")));
    for _ in 0..20 {
        registry.post("/v1/sts/login/services", &wrong).await;
    }
    assert_limited(&registry.post("/v1/sts/login/services", &wrong).await);
    assert_eq!(told(&registry.post("/v1/sts/login/services", &credentials(&service)).await), None);
}

/// A person gets a page, and a program the usual error.
#[tokio::test]
async fn pages_and_profiles_are_limited() {
    let place = Place::of(with(Rates { pages: number(1), ..Rates::default() }).await).await;
    let token = place.token("").await;
    let profile = format!("/wifiprofile?accountId={token}&deviceType=apple&realm=realm.example.test");
    let (mut pages, mut profiles) = (0, 0);
    for _ in 0..20 {
        let page = place.page(&token, "").await;
        if page.status == 429 {
            assert!(
                page.text.contains("Please try again") && page.headers.contains_key(header::RETRY_AFTER),
                "{page:?}"
            );
            pages += 1;
        }
        let profile = place.registry.get(&profile).await;
        if profile.status == 429 {
            assert_limited(&profile);
            profiles += 1;
        }
    }
    assert!(pages > 10 && profiles > 10, "{pages} and {profiles} of 20");
}
