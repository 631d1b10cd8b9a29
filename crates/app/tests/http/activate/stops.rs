//! Why there is nothing to be had, told alike to people who are to know no more.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use super::{IPHONE, LINUX, Place, configure, header_of, passpoint};
use crate::fixture::{Answer, Registry};

#[tokio::test]
async fn unknown_expired_and_used_up_tokens_are_one_page() {
    let place = Place::open().await;
    let expired = place.token("?expiresIn=1").await;
    place.registry.clock.forward(Duration::from_secs(1));
    let used_up = place.token("?hits=1").await;
    place.ask(&used_up, "apple").await;
    place.registry.clock.forward(Duration::from_secs(60));
    let unknown = "0".repeat(28);
    for language in ["en", "it", "es", "fr", "de"] {
        let mut pages = Vec::new();
        for token in [expired.as_str(), &used_up, &unknown, "token", &used_up.to_uppercase(), "%20"] {
            let headers =
                [("accept-language", language), ("user-agent", if token == "token" { IPHONE } else { LINUX })];
            let answer = place.look(&format!("/activate/{token}"), &headers).await;
            assert_eq!(answer.status, 404, "{token}");
            let policy = header_of(&answer, "content-security-policy").to_owned();
            pages.push((answer.text, policy));
        }
        assert!(pages.iter().all(|page| *page == pages[0]), "{language}");
        assert!(pages[0].0.contains(&format!("lang=\"{language}\"")) && !pages[0].0.contains("Test"), "{pages:?}");
    }
    let english = place.page(&unknown, IPHONE).await.text;
    assert!(english.contains("This link no longer works"), "{english}");
    for token in [&expired, &used_up, &unknown] {
        let answer = place.ask(token, "apple").await;
        assert_eq!((answer.status, &answer.text), (404, &english), "asking tells no more");
    }
}

fn told(answer: &Answer, status: u16, title: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.text.contains(title) && !answer.text.contains("name=\"device\""), "{}", answer.text);
}

#[tokio::test]
async fn locked_customers_are_told() {
    let place = Place::open().await;
    let token = place.token("?hits=1").await;
    place.manager.put(&place.customer, &json!({"lock": true})).await.ok();
    told(&place.page(&token, IPHONE).await, 403, "Your Wi-Fi access is locked");
    told(&place.ask(&token, "apple").await, 403, "Your Wi-Fi access is locked");
    place.manager.put(&place.customer, &json!({"lock": false})).await.ok();
    assert_eq!(place.page(&token, IPHONE).await.status, 200);
}

#[tokio::test]
async fn an_organization_without_complete_settings_is_told() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({"lock": false})).await;
    let place = Place { registry, manager, customer };
    let token = place.token("").await;
    let not_ready = "Not ready yet";
    told(&place.page(&token, IPHONE).await, 404, not_ready);
    told(&place.ask(&token, "apple").await, 404, not_ready);
    let certificate = "-----BEGIN CERTIFICATE-----\nMAQwAQAA\n-----END CERTIFICATE-----";
    for (member, value) in [
        ("realm", json!(null)),
        ("serverNames", json!([])),
        ("serverNames", json!(["*.example.test"])),
        ("caCertificate", json!(certificate)),
    ] {
        let mut settings = passpoint();
        settings[member] = value;
        configure(&place.manager, json!({"passpoint": null})).await;
        configure(&place.manager, json!({"passpoint": settings})).await;
        if member == "realm" {
            configure(&place.manager, json!({"passpoint": {"domain": "example.test"}})).await;
        }
        told(&place.page(&token, IPHONE).await, 404, not_ready);
    }
    // What is not said follows from what is.
    let least = json!({"realm": "example.test", "serverNames": ["radius.example.test"]});
    configure(&place.manager, json!({"passpoint": null})).await;
    configure(&place.manager, json!({"passpoint": least})).await;
    assert_eq!(place.page(&token, IPHONE).await.status, 200);
    let html = place.look(&place.granted("apple").await, &[]).await.text;
    assert!(html.contains("“Test”"), "the organization's name: {html}");
}

#[tokio::test]
async fn a_login_that_no_device_can_hold_is_told() {
    let mut place = Place::open().await;
    place.customer = place.manager.create("", json!({"lock": false, "username": " ada"})).await;
    let token = place.token("").await;
    told(&place.page(&token, IPHONE).await, 404, "Your login cannot be used here");
    place.customer = place.manager.create("", json!({"lock": false, "password": "two\nlines"})).await;
    let token = place.token("").await;
    told(&place.ask(&token, "android").await, 404, "Your login cannot be used here");
}

/// Links are typed and copied with a slash too many, or without their end.
#[tokio::test]
async fn a_mistyped_address_is_answered_with_a_page() {
    let place = Place::open().await;
    let token = place.token("").await;
    let slash = place.look(&format!("/activate/{token}/?redirect_url=https://example.org/"), &[]).await;
    assert_eq!(slash.status, 308);
    assert_eq!(header_of(&slash, "location"), format!("../{token}?redirect_url=https://example.org/"));
    let finish = place.granted("apple").await;
    let slash = place.look(&format!("{finish}/"), &[]).await;
    assert_eq!(header_of(&slash, "location"), format!("../{}", finish.rsplit('/').next().unwrap()));
    for address in ["/activate", "/activate/"] {
        let answer = place.look(address, &[]).await;
        assert!(header_of(&answer, "content-type").starts_with("text/html"), "{address}");
        told(&answer, 404, "This link no longer works");
    }
}

#[tokio::test]
async fn other_methods_are_refused() {
    let place = Place::open().await;
    let token = place.token("").await;
    for (method, path) in [("PUT", ""), ("DELETE", "")] {
        let request = Request::builder().method(method).uri(format!("/activate/{token}{path}"));
        place.registry.send(request.body(Body::empty()).unwrap()).await.error(405, "method_not_allowed");
    }
}
