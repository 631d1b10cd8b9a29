//! `GET /v3/customers/{cid}/sessions`

use serde_json::{Value, json};

use crate::fixture::{Caller, Registry};

async fn start(radius: &Caller, session: &str) {
    let fields = [("status_type", "Start"), ("session_id", session), ("username", "ada"), ("nas_ip", "2001:db8::1")];
    assert_eq!(radius.form("/radius/accounting", &fields).await.status, 204);
}

#[tokio::test]
async fn a_customer_who_was_never_here_has_none() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    let answer = manager.get(&format!("/v3/customers/{customer}/sessions")).await.ok();
    let expected = json!({"status": "OK", "generated": "2024-03-28T10:15:30.000Z", "count": 0, "sessions": []});
    assert_eq!(answer, expected);
}

#[tokio::test]
async fn pages_have_every_session_once_the_latest_first() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let customer = manager.create("", json!({"username": "ada"})).await;
    for n in 0..5 {
        start(&radius, &n.to_string()).await;
    }
    let uri = format!("/v3/customers/{customer}/sessions");
    let all = manager.get(&uri).await.ok();
    assert_eq!((&all["count"], all.get("sid")), (&json!(5), None));
    let all = all["sessions"].as_array().unwrap();
    assert_eq!(all.iter().map(|it| &it["acctSessionId"]).collect::<Vec<_>>(), ["4", "3", "2", "1", "0"]);
    assert_eq!(all[0]["nasIpAddress"], "2001:db8::1");
    for size in [1, 2, 4, 5, 6, 1000] {
        let (mut paged, mut sid) = (Vec::<Value>::new(), String::new());
        loop {
            let page = manager.get(&format!("{uri}?size={size}{sid}")).await.ok();
            let sessions = page["sessions"].as_array().unwrap();
            assert!((1..=size).contains(&sessions.len()) && page["count"] == sessions.len());
            paged.extend(sessions.iter().cloned());
            let Some(next) = page.get("sid") else { break };
            sid = format!("&sid={}", next.as_str().unwrap());
        }
        assert_eq!(&paged, all, "in pages of {size}");
    }
}

#[tokio::test]
async fn parameters_out_of_range_are_told_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    let faults = manager.get(&format!("/v3/customers/{customer}/sessions?size=0&sid=next")).await;
    let expected = [("sid", "invalid"), ("size", "invalid")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(faults.fields(409, "invalid_parameters"), expected);
}

#[tokio::test]
async fn a_customer_that_is_nowhere_is_404_and_a_foreign_one_403() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let customer = manager.create("", json!({"username": "ada"})).await;
    start(&radius, "1").await;
    for nobody in ["0".repeat(32), "nonsense".to_owned(), customer.to_uppercase()] {
        manager.get(&format!("/v3/customers/{nobody}/sessions")).await.error(404, "not_found");
    }
    let uri = format!("/v3/customers/{customer}/sessions");
    registry.stranger().await.get(&uri).await.error(403, "forbidden");
    manager.delete(&customer).await.ok();
    manager.get(&uri).await.error(404, "not_found");
}
