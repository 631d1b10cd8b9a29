//! `GET` and `POST /v1/organizations/{org}/locations`, `GET /v1/locations/{lid}`

use domain::access::Role;
use serde_json::{Value, json};

use crate::fixture::{Caller, Registry};

fn uri(caller: &Caller, query: &str) -> String {
    format!("/v1/organizations/{}/locations{query}", caller.organization)
}

async fn add(caller: &Caller, body: Value) -> String {
    caller.post(&uri(caller, ""), &body).await.ok()["location"]["id"].as_str().unwrap().to_owned()
}

fn every_field() -> Value {
    json!({
        "name": "Grand Hotel Milano",
        "lat": 45.4642,
        "lng": -9.19,
        "timezone": "Europe/Rome",
        "externalId": "shop-7",
        "tags": ["hotel", "bar"],
        "address": {
            "address": "Piazza del Duomo 1",
            "city": "Milano",
            "state": "MI",
            "zip": "20121",
            "country": "IT",
        },
    })
}

#[tokio::test]
async fn every_field_is_read_back() {
    let registry = Registry::start().await;
    let (manager, venue) = (registry.manager().await, registry.login(Role::LocationManager).await);
    let created = manager.post(&uri(&manager, ""), &every_field()).await;
    let created = created.ok();
    let mut expected = every_field();
    for name in ["organizationId", "organziationId"] {
        expected[name] = json!(registry.organization);
    }
    expected["id"] = created["location"]["id"].clone();
    assert_eq!(created["location"], expected);

    let id = expected["id"].as_str().unwrap();
    let read = venue.get(&format!("/v1/locations/{id}")).await.ok();
    assert_eq!((&read["location"], &read["size"]), (&expected, &json!(1)));
    let listed = venue.get(&uri(&venue, "?tags=bar&size=1")).await.ok();
    assert_eq!((&listed["locations"], &listed["size"]), (&json!([expected]), &json!(1)));
    assert!(listed.get("sid").is_none(), "{listed}");
    let bare = venue.get(&format!("/v1/locations/{}", registry.location)).await.ok();
    assert_eq!((&bare["location"]["tags"], &bare["location"]["address"]), (&json!([]), &json!({})));
}

#[tokio::test]
async fn a_customer_can_be_at_a_new_location() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = add(&manager, json!({"name": "Roof", "locationProfileId": "1", "tags": null})).await;
    let created = manager.create_answer("", json!({"locationId": id})).await.ok();
    assert_eq!(created["locationId"], json!(id));
    let settings = format!("/v1/organizations/{}/settings", registry.organization);
    let default = json!({"defaultLocationId": id}).to_string();
    assert_eq!(manager.json("PUT", &settings, default).await.ok()["defaultLocationId"], json!(id));
}

/// Each location that existed throughout is listed exactly once, while others are added.
#[tokio::test]
async fn pages_go_on_where_the_one_before_ended() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let mut there = vec![registry.location.clone()];
    for number in 0..4 {
        there.push(add(&manager, json!({"name": format!("Floor {number}")})).await);
    }
    let (mut listed, mut query) = (Vec::new(), "?size=2".to_owned());
    loop {
        let page = manager.get(&uri(&manager, &query)).await.ok();
        let locations = page["locations"].as_array().unwrap();
        assert_eq!(page["size"], json!(locations.len()));
        listed.extend(locations.iter().map(|location| location["id"].as_str().unwrap().to_owned()));
        let Some(sid) = page.get("sid") else { break };
        query = format!("?size=2&sid={}", sid.as_str().unwrap());
        add(&manager, json!({"name": "New"})).await;
    }
    listed.retain(|id| there.contains(id));
    assert_eq!(listed, there);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let wrong = json!({
        "name": " ",
        "lat": 91,
        "timezone": "Rome time",
        "externalId": 7,
        "tags": ["a,b", "fine"],
        "address": {"country": "Italy", "zip": "x".repeat(33)},
    });
    let answer = manager.post(&uri(&manager, ""), &wrong).await;
    let fields = answer.fields(409, "invalid_parameters");
    let fields: Vec<_> = fields.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("address.country", "invalid"),
            ("address.zip", "too_long"),
            ("externalId", "wrong_type"),
            ("lat", "invalid"),
            ("lng", "required"),
            ("name", "required"),
            ("tags[0]", "invalid"),
            ("timezone", "invalid"),
        ]
    );
    let half = json!({"name": "Roof", "lat": null, "lng": 9});
    manager.post(&uri(&manager, ""), &half).await.invalid("lat", "required");
    let many = json!({"name": "Roof", "tags": vec!["a"; 51]});
    manager.post(&uri(&manager, ""), &many).await.invalid("tags", "too_long");
    manager.post(&uri(&manager, ""), &json!({"name": "a\0"})).await.invalid("name", "invalid");
    assert_eq!(manager.get(&uri(&manager, "")).await.ok()["size"], 1);

    for (query, field) in [("?size=0", "size"), ("?size=10001", "size"), ("?size=all", "size"), ("?sid=2", "sid")] {
        manager.get(&uri(&manager, query)).await.invalid(field, "invalid");
    }
    let both = manager.get(&uri(&manager, "?size=0&sid=x")).await;
    assert_eq!(both.fields(409, "invalid_parameters").len(), 2);
}

#[tokio::test]
async fn what_is_no_location_is_not_found() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for id in ["0".repeat(32), "lobby".to_owned()] {
        manager.get(&format!("/v1/locations/{id}")).await.error(404, "not_found");
    }
}
