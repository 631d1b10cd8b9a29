//! `GET /wifiprofile`

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::activate::{Place, configure, header_of};
use crate::fixture::Answer;

fn uri(token: &str, rest: &str) -> String {
    format!("/wifiprofile?accountId={token}&realm=realm.EXAMPLE.test&{rest}")
}

async fn fetch(place: &Place, token: &str, device: &str) -> Answer {
    place.registry.get(&uri(token, &format!("deviceType={device}"))).await
}

async fn head(place: &Place, token: &str) -> Answer {
    let request = Request::head(uri(token, "deviceType=apple")).body(Body::empty()).unwrap();
    place.registry.send(request).await
}

#[tokio::test]
async fn each_device_gets_its_file() {
    let place = Place::open().await;
    let token = place.token("").await;
    for (device, kind) in [
        ("apple", "application/x-apple-aspen-config"),
        ("android", "application/x-wifi-config"),
        ("windows", "text/xml"),
        ("Apple", "application/x-apple-aspen-config"),
    ] {
        let answer = fetch(&place, &token, device).await;
        assert_eq!((answer.status, header_of(&answer, "content-type")), (200, kind), "{device}");
        assert_eq!(header_of(&answer, "cache-control"), "no-store");
    }
    assert_eq!(fetch(&place, &token, "apple").await.bytes, {
        let finish = place.granted("apple").await;
        place.look(&format!("{finish}/profile"), &[]).await.bytes
    });
}

#[tokio::test]
async fn the_network_is_called_as_the_program_says() {
    let place = Place::open().await;
    let token = place.token("").await;
    let usual = fetch(&place, &token, "apple").await;
    assert!(usual.text.contains("<string>Lido Wi-Fi</string>"), "{}", usual.text);
    let answer = place.registry.get(&uri(&token, "deviceType=apple&displayName=Lido%20%26%20Mare")).await;
    assert!(answer.text.contains("<string>Lido &amp; Mare</string>") && !answer.text.contains("Lido Wi-Fi"));
}

#[tokio::test]
async fn a_fetch_uses_a_hit_and_for_a_minute_no_more() {
    let place = Place::open().await;
    let token = place.token("?hits=2").await;
    for _ in 0..3 {
        assert_eq!(head(&place, &token).await.status, 200);
    }
    for _ in 0..3 {
        assert_eq!(fetch(&place, &token, "apple").await.status, 200);
        assert_eq!(head(&place, &token).await.status, 200);
    }
    place.registry.clock.forward(Duration::from_secs(60));
    assert_eq!(fetch(&place, &token, "android").await.status, 200, "the second and last hit");
    place.registry.clock.forward(Duration::from_millis(59_999));
    assert_eq!(fetch(&place, &token, "apple").await.status, 200, "again");
    place.registry.clock.forward(Duration::from_millis(1));
    fetch(&place, &token, "apple").await.error(404, "not_found");
    assert_eq!(head(&place, &token).await.status, 404);
}

#[tokio::test]
async fn all_wrong_parameters_are_told_at_once_and_use_no_hit() {
    let place = Place::open().await;
    let token = place.token("?hits=1").await;
    let code = |field: &str, code: &str| (field.to_owned(), code.to_owned());
    let none = place.registry.get("/wifiprofile").await;
    let required = ["accountId", "deviceType", "realm"].map(|field| code(field, "required"));
    assert_eq!(none.fields(409, "invalid_parameters"), required);
    let long = "a".repeat(256);
    let wrong =
        place.registry.get(&format!("/wifiprofile?accountId={token}&deviceType=eap-config&displayName={long}")).await;
    let expected = [code("deviceType", "invalid"), code("displayName", "too_long"), code("realm", "required")];
    assert_eq!(wrong.fields(409, "invalid_parameters"), expected);
    let other = place.registry.get(&format!("/wifiprofile?accountId={token}&deviceType=apple&realm=example.org")).await;
    other.invalid("realm", "unknown");
    place.manager.put(&place.customer, &json!({"lock": true})).await.ok();
    fetch(&place, &token, "apple").await.error(403, "customer_locked");
    place.manager.put(&place.customer, &json!({"lock": false})).await.ok();
    assert_eq!(fetch(&place, &token, "apple").await.status, 200);
}

#[tokio::test]
async fn dead_tokens_are_all_alike() {
    let place = Place::open().await;
    let expired = place.token("?expiresIn=1").await;
    place.registry.clock.forward(Duration::from_secs(1));
    let used_up = place.token("?hits=1").await;
    place.ask(&used_up, "apple").await;
    // For a minute the page's use is the app's as well.
    place.registry.clock.forward(Duration::from_secs(60));
    let mut messages = Vec::new();
    for token in [expired.as_str(), &used_up, &"0".repeat(28), "token", &place.customer] {
        messages.push(fetch(&place, token, "apple").await.error(404, "not_found")["message"].clone());
    }
    assert!(messages.iter().all(|message| *message == messages[0]), "{messages:?}");
}

#[tokio::test]
async fn without_complete_settings_there_is_no_profile() {
    let place = Place::open().await;
    let token = place.token("?hits=1").await;
    configure(&place.manager, json!({"passpoint": {"serverNames": null}})).await;
    fetch(&place, &token, "apple").await.error(404, "not_found");
    configure(&place.manager, json!({"passpoint": null})).await;
    fetch(&place, &token, "apple").await.invalid("realm", "unknown");
}
