//! `POST /v3/customers/{cid}/devices`

use domain::access::Role;
use domain::customer::InstallationFacts;
use domain::value::{CustomerId, OrganizationId, PushToken, ShortText};
use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

async fn report(caller: &Caller, customer: &str, body: &Value) -> Answer {
    caller.post(&format!("/v3/customers/{customer}/devices"), body).await
}

async fn stored(registry: &Registry, customer: &str) -> Vec<(String, InstallationFacts)> {
    let organization = OrganizationId::parse(&registry.organization).unwrap();
    let customer = CustomerId::parse(customer).unwrap();
    let stored = registry.ports.installations.installations(organization, customer).await.unwrap();
    stored.into_iter().map(|stored| (stored.id.as_str().to_owned(), stored.facts)).collect()
}

/// The description of the device, as the SDK sends it.
fn metadata() -> Value {
    json!({
        "installId": "A1B2", "bundle": "com.example.wifiapp", "vendorId": "V1", "advId": "V1", "os": "ios",
        "osVersion": "16.6", "device": "iPhone14,5", "created": "2024-03-28T10:15+0000",
    })
}

/// The headers and members that prove a customer's own device.
fn own_device() -> Value {
    json!({"device": {"installId": "A1B2"}})
}

/// A sign of life of the device.
fn alive() -> Value {
    json!({
        "installId": "A1B2", "os": "ios", "bundle": "com.example.wifiapp", "lastSeen": "2024-03-28T10:15:30Z",
        "pushToken": "abcdef", "guid": "G1", "pp_installed": 0, "wpa2ent_installed": 1,
    })
}

#[tokio::test]
async fn both_reports_of_the_sdk_make_one_device() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    let customer = app.create("", own_device()).await;
    for reports in [[metadata(), alive()], [alive(), metadata()]] {
        for body in reports {
            let answer = report(&app, &customer, &body).await.ok();
            let members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!((members, &answer["status"]), (vec!["generated", "status"], &json!("OK")));
        }
        let text = |text| Some(ShortText::parse(text).unwrap());
        let facts = InstallationFacts {
            bundle: text("com.example.wifiapp"),
            vendor_id: text("V1"),
            adv_id: text("V1"),
            os: text("ios"),
            os_version: text("16.6"),
            device: text("iPhone14,5"),
            created: text("2024-03-28T10:15+0000"),
            last_seen: text("2024-03-28T10:15:30Z"),
            push_token: Some(PushToken::parse("abcdef").unwrap()),
            guid: text("G1"),
            passpoint_installed: Some(false),
            wpa2_enterprise_installed: Some(true),
        };
        assert_eq!(stored(&registry, &customer).await, [("A1B2".to_owned(), facts)]);
    }
}

#[tokio::test]
async fn devices_come_back_with_their_customer() {
    let registry = Registry::start().await;
    let (manager, app) = (registry.manager().await, registry.login(Role::PublicApp).await);
    let customer = app.create("", own_device()).await;
    let uri = format!("/v3/customers/{customer}");
    assert!(manager.get(&uri).await.ok().get("devices").is_none(), "none yet");
    report(&manager, &customer, &json!({"installId": "Z9", "os": "android"})).await.ok();
    report(&app, &customer, &metadata()).await.ok();
    report(&app, &customer, &alive()).await.ok();
    let mut first = metadata();
    first.as_object_mut().unwrap().extend(alive().as_object().unwrap().clone());
    first["reported"] = json!("2024-03-28T10:15:30.000Z");
    let second = json!({"installId": "Z9", "os": "android", "reported": "2024-03-28T10:15:30.000Z"});
    assert_eq!(manager.get(&uri).await.ok()["devices"], json!([first, second]));
}

#[tokio::test]
async fn null_and_blank_leave_what_is_known_and_strangers_are_ignored() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    let customer = app.create("", own_device()).await;
    report(&app, &customer, &alive()).await.ok();
    let before = stored(&registry, &customer).await;
    let body =
        json!({"installId": "A1B2", "pushToken": null, "os": " ", "pp_installed": null, "battery": {"level": 3}});
    report(&app, &customer, &body).await.ok();
    assert_eq!(stored(&registry, &customer).await, before);
}

#[tokio::test]
async fn flags_are_taken_in_every_form() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    let customer = app.create("", own_device()).await;
    for (value, flag) in [(json!(1), true), (json!(false), false), (json!("true"), true), (json!("0"), false)] {
        report(&app, &customer, &json!({"installId": "A1B2", "pp_installed": value})).await.ok();
        assert_eq!(stored(&registry, &customer).await[0].1.passpoint_installed, Some(flag), "{value}");
    }
}

#[tokio::test]
async fn every_fault_is_told_and_nothing_is_written() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    let body = json!({
        "os": "x".repeat(256), "pushToken": "x".repeat(4097), "pp_installed": 2, "wpa2ent_installed": [], "device": 5,
        "lastSeen": "a\u{0}b",
    });
    let faults = report(&manager, &customer, &body).await.fields(409, "invalid_parameters");
    let faults: Vec<_> = faults.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
    assert_eq!(
        faults,
        [
            ("device", "wrong_type"),
            ("installId", "required"),
            ("lastSeen", "invalid"),
            ("os", "too_long"),
            ("pp_installed", "invalid"),
            ("pushToken", "too_long"),
            ("wpa2ent_installed", "wrong_type"),
        ]
    );
    let uri = format!("/v3/customers/{customer}/devices");
    manager.json("POST", &uri, "[]").await.error(400, "malformed_json");
    assert_eq!(stored(&registry, &customer).await, []);
}

#[tokio::test]
async fn a_customer_that_is_nowhere_is_404_and_a_foreign_one_403() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    for nobody in ["0".repeat(32), "nonsense".to_owned(), customer.to_uppercase()] {
        report(&manager, &nobody, &alive()).await.error(404, "not_found");
    }
    let stranger = registry.stranger().await;
    report(&stranger, &customer, &alive()).await.error(403, "forbidden");
    assert_eq!(stored(&registry, &customer).await, []);
}
