//! `GET /v3/customers/{cid}/history`

use std::time::Duration;

use domain::access::Role;
use serde_json::{Value, json};

use crate::fixture::{Caller, Registry};

async fn history(caller: &Caller, customer: &str) -> Vec<Value> {
    let answer = caller.get(&format!("/v3/customers/{customer}/history")).await.ok();
    assert_eq!(answer["count"], json!(answer["history"].as_array().unwrap().len()));
    assert!(answer.get("sid").is_none(), "one page");
    answer["history"].as_array().unwrap().clone()
}

#[tokio::test]
async fn every_call_is_told_with_service_time_fields_and_consents() {
    let registry = Registry::start().await;
    let (manager, app) = (registry.manager().await, registry.login(Role::PublicApp).await);
    let customer = manager
        .create("", json!({"email": "ada@example.org", "password": "correct horse", "device": {"installId": "1"}}))
        .await;
    registry.clock.forward(Duration::from_secs(1));
    let policies = json!({"mktgCommunications": "true", "customs.club": true, "privacy": true});
    let own = json!({"email": "ada@example.org", "policies": policies, "device": {"installId": "1"}});
    app.create("?deduplicate=email", own).await;
    registry.clock.forward(Duration::from_secs(1));
    manager
        .put(&customer, &json!({"firstName": "Ada", "lock": false, "policies": {"mktgCommunications": null}}))
        .await
        .ok();
    app.post(&format!("/v3/customers/{customer}/devices"), &json!({"installId": "1", "pp_installed": 1})).await.ok();

    let events = history(&manager, &customer).await;
    let of = |name: &str| events.iter().map(|event| event[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("call"), ["create", "hit", "update", "device"]);
    assert_eq!(
        of("time"),
        [
            "2024-03-28T10:15:30.000Z",
            "2024-03-28T10:15:31.000Z",
            "2024-03-28T10:15:32.000Z",
            "2024-03-28T10:15:32.000Z"
        ]
    );
    let services = of("serviceId");
    assert!(services[0] == services[2] && services[1] == services[3] && services[0] != services[1], "{services:?}");
    assert_eq!(
        of("fields"),
        [
            json!([
                "source",
                "username",
                "password",
                "locationId",
                "lock",
                "email",
                "policies.privacy",
                "policies.termsOfUse",
                "device.installId"
            ]),
            json!(["policies.mktgCommunications", "policies.customs"]),
            json!(["lock", "firstName", "policies.mktgCommunications"]),
            json!(["devices.pp_installed"]),
        ]
    );
    let consent = |policy, accepted, time| json!({"policy": policy, "accepted": accepted, "time": time});
    let (first, second, third) = ("2024-03-28T10:15:30.000Z", "2024-03-28T10:15:31.000Z", "2024-03-28T10:15:32.000Z");
    assert_eq!(
        of("consents"),
        [
            json!([consent("privacy", true, first), consent("termsOfUse", true, first)]),
            json!([consent("mktgCommunications", true, second), consent("club", true, second)]),
            json!([consent("mktgCommunications", false, third)]),
            json!([]),
        ]
    );
    let text = manager.get(&format!("/v3/customers/{customer}/history")).await.text;
    for value in ["correct horse", "ada@example.org", "Ada"] {
        assert!(!text.contains(value), "{value}");
    }
}

#[tokio::test]
async fn the_bare_facts_outlive_the_customer() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({"policies": {"privacy": 1, "termsOfUse": 1, "customs.club": 1}})).await;
    manager.delete(&customer).await.ok();
    let events = history(&manager, &customer).await;
    let calls: Vec<_> = events.iter().map(|event| event["call"].as_str().unwrap()).collect();
    assert_eq!(calls, ["create", "erase"]);
    for event in &events {
        assert_eq!((&event["fields"], &event["consents"]), (&json!([]), &json!([])));
        assert_eq!(event["time"], "2024-03-28T10:15:30.000Z");
    }
}

#[tokio::test]
async fn pages_have_every_event_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    for n in 0..4 {
        manager.put(&customer, &json!({"extId": n.to_string()})).await.ok();
    }
    let all = history(&manager, &customer).await;
    for size in [1, 2, 4, 5, 6, 1000] {
        let (mut paged, mut sid) = (Vec::new(), String::new());
        loop {
            let page = manager.get(&format!("/v3/customers/{customer}/history?size={size}{sid}")).await.ok();
            let events = page["history"].as_array().unwrap();
            assert!((1..=size).contains(&events.len()));
            paged.extend(events.iter().cloned());
            let Some(next) = page.get("sid") else { break };
            sid = format!("&sid={}", next.as_str().unwrap());
        }
        assert_eq!(paged, all, "in pages of {size}");
    }
}

#[tokio::test]
async fn parameters_out_of_range_are_told_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    let uri = format!("/v3/customers/{customer}/history");
    for size in ["0", "1001", "-1", "65537", "ten"] {
        manager.get(&format!("{uri}?size={size}")).await.invalid("size", "invalid");
    }
    let faults = manager.get(&format!("{uri}?size=0&sid=next")).await.fields(409, "invalid_parameters");
    assert_eq!(faults, [("sid", "invalid"), ("size", "invalid")].map(|(a, b)| (a.to_owned(), b.to_owned())));
}

#[tokio::test]
async fn a_customer_that_is_nowhere_is_404_and_a_foreign_one_403() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    for nobody in ["0".repeat(32), "nonsense".to_owned(), customer.to_uppercase()] {
        manager.get(&format!("/v3/customers/{nobody}/history")).await.error(404, "not_found");
    }
    registry.stranger().await.get(&format!("/v3/customers/{customer}/history")).await.error(403, "forbidden");
}
