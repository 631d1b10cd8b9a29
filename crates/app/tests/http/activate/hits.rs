//! Which requests use a hit.

use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::{Place, asking, leads_to};
use crate::fixture::send;

/// Mail scanners and link previews open links.
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
    assert_eq!(place.ask(&token, "apple").await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_hits_give_three_profiles_however_many_ask_at_once() {
    const ASKING: usize = 50;
    let place = Place::open().await;
    let token = place.token("?hits=3").await;
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
    assert_eq!((given.len(), refused.len()), (3, ASKING - 3));
    assert!(refused.iter().all(|it| it.status == 404 && it.text == refused[0].text));
    for answer in &given {
        assert_eq!(place.look(&format!("{}/profile", leads_to(answer)), &[]).await.status, 200);
    }
}

#[tokio::test]
async fn what_cannot_be_given_uses_no_hit() {
    let place = Place::open().await;
    let token = place.token("?hits=1").await;
    for (form, code) in [
        ("", "required"),
        ("device=", "required"),
        ("device=toaster", "invalid"),
        ("device=apple&device=apple", "invalid"),
    ] {
        let answer = place.registry.send(asking(&format!("/activate/{token}"), form)).await;
        answer.invalid("device", code);
    }
    assert_eq!(place.ask(&token, "eap-config").await.status, 404, "without a consortium");
    let json = Request::post(format!("/activate/{token}")).header("content-type", "application/json");
    let json = place.registry.send(json.body(Body::from("{\"device\":\"apple\"}")).unwrap()).await;
    json.error(415, "unsupported_media_type");
    place.manager.put(&place.customer, &serde_json::json!({"lock": true})).await.ok();
    assert_eq!(place.ask(&token, "apple").await.status, 403);
    place.manager.put(&place.customer, &serde_json::json!({"lock": false})).await.ok();
    leads_to(&place.ask(&token, "apple").await);
}
