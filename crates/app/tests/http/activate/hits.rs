//! What uses a hit, and what does not.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use domain::limits;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{Place, asking, header_of, leads_to};
use crate::fixture::send;

/// Within this time a use of the token is the same use.
const REDEMPTION: Duration = Duration::from_secs(limits::REDEMPTION_SECONDS.unsigned_abs());

/// Scanners of mails and previews of messages open links.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_looks_use_no_hit() {
    let place = Place::open().await;
    let token = place.token("?hits=1").await;
    let mut tasks = JoinSet::new();
    for method in ["GET", "HEAD"].repeat(4) {
        let (router, uri) = (place.registry.router(), format!("/activate/{token}"));
        tasks.spawn(async move {
            for _ in 0..1_250 {
                let request = Request::builder().method(method).uri(&uri).body(Body::empty()).unwrap();
                let answer = send(&router, request).await;
                assert_eq!((answer.status, answer.text.is_empty()), (200, method == "HEAD"));
            }
        });
    }
    tasks.join_all().await;
    leads_to(&place.ask(&token, "apple").await);
    place.registry.clock.forward(REDEMPTION);
    assert_eq!(place.ask(&token, "apple").await.status, 404);
}

/// People tap twice, and the answer to the first tap is never seen.
#[tokio::test]
async fn a_second_tap_within_a_minute_uses_no_hit() {
    let place = Place::open().await;
    let token = place.token("?hits=2").await;
    for _ in 0..2 {
        let finish = leads_to(&place.ask(&token, "apple").await);
        assert_eq!(place.look(&format!("{finish}/profile"), &[]).await.status, 200);
        place.registry.clock.forward(REDEMPTION - Duration::from_millis(1));
        leads_to(&place.ask(&token, "apple").await);
        place.registry.clock.forward(Duration::from_millis(1));
    }
    assert_eq!(place.ask(&token, "apple").await.status, 404, "each tap after a minute used a hit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_many_ask_at_once_they_use_one_hit() {
    const ASKING: usize = 50;
    let place = Place::open().await;
    let token = place.token("?hits=1").await;
    let start = Arc::new(Barrier::new(ASKING));
    let mut tasks = JoinSet::new();
    for number in 0..ASKING {
        let (router, uri, start) = (place.registry.router(), format!("/activate/{token}"), start.clone());
        let device = ["apple", "android", "windows"][number % 3];
        tasks.spawn(async move {
            start.wait().await;
            send(&router, asking(&uri, &format!("device={device}"))).await
        });
    }
    let (given, refused): (Vec<_>, Vec<_>) = tasks.join_all().await.into_iter().partition(|it| it.status == 303);
    assert_eq!((given.len(), refused.len()), (ASKING, 0));
    for answer in &given {
        assert_eq!(place.look(&format!("{}/profile", leads_to(answer)), &[]).await.status, 200);
    }
    place.registry.clock.forward(REDEMPTION);
    assert_eq!(place.ask(&token, "apple").await.status, 404);
}

#[tokio::test]
async fn what_cannot_be_given_uses_no_hit() {
    let place = Place::open().await;
    let token = place.token("?hits=1").await;
    for form in ["", "device=", "device=toaster"] {
        let answer = place.registry.send(asking(&format!("/activate/{token}"), form)).await;
        assert_eq!((answer.status, header_of(&answer, "content-type")), (409, "text/html; charset=utf-8"), "{form}");
        assert!(answer.text.contains("value=\"apple\""), "the choice again: {}", answer.text);
    }
    let twice = place.registry.send(asking(&format!("/activate/{token}"), "device=apple&device=apple")).await;
    twice.invalid("device", "invalid");
    assert_eq!(place.ask(&token, "eap-config").await.status, 404, "without a consortium");
    let json = Request::post(format!("/activate/{token}")).header("content-type", "application/json");
    let json = place.registry.send(json.body(Body::from("{\"device\":\"apple\"}")).unwrap()).await;
    json.error(415, "unsupported_media_type");
    place.manager.put(&place.customer, &serde_json::json!({"lock": true})).await.ok();
    assert_eq!(place.ask(&token, "apple").await.status, 403);
    place.manager.put(&place.customer, &serde_json::json!({"lock": false})).await.ok();
    leads_to(&place.ask(&token, "apple").await);
}
