//! `PUT /v3/customers/{cid}`

use domain::access::Role;
use serde_json::{Value, json};

use crate::common::{bodies, stored};
use crate::fixture::Registry;

#[tokio::test]
async fn what_is_sent_overrides_and_null_clears() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let full = bodies::full(&registry.organization, &registry.location);
    let id = manager.post("/v3/customers", &full).await.ok()["id"].as_str().unwrap().to_owned();

    let answer =
        manager.put(&id, &json!({"firstName": "Augusta", "gender": "o", "lastName": null, "zipCode": ""})).await.ok();
    let members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["generated", "hotspotId", "id", "locationId", "locked", "organizationId", "status", "username"]
    );

    let mut expected = full.clone();
    expected["firstName"] = json!("Augusta");
    expected["gender"] = json!("other");
    for name in ["lastName", "zipCode"] {
        expected.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(stored::as_sent(&registry.stored(&id).await), expected);

    manager.put(&id, &json!({})).await.ok();
    assert_eq!(stored::as_sent(&registry.stored(&id).await), expected, "nothing sent, nothing changed");
}

#[tokio::test]
async fn every_nullable_field_can_be_cleared() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let full = bodies::full(&registry.organization, &registry.location);
    let id = manager.post("/v3/customers", &full).await.ok()["id"].as_str().unwrap().to_owned();
    let nulls: serde_json::Map<_, _> =
        full.as_object().unwrap().keys().map(|name| (name.clone(), Value::Null)).collect();
    manager.put(&id, &Value::Object(nulls)).await.ok();
    assert_eq!(
        stored::as_sent(&registry.stored(&id).await),
        json!({
            "organizationId": registry.organization, "locationId": registry.location, "source": "qr_code",
            "username": "ada", "password": "correct horse", "lock": false,
        })
    );
}

#[tokio::test]
async fn groups_merge_member_by_member() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let full = bodies::full(&registry.organization, &registry.location);
    let id = manager.post("/v3/customers", &full).await.ok()["id"].as_str().unwrap().to_owned();
    let changes = json!({
        "custom": {"tier": null, "new": 1},
        "policies": {"privacy": false, "customs": {"*": null, "extra": true}},
        "document": {"type": null, "number": "2"},
        "processingData": {"profiling": null},
        "device": {"guid": "g2", "created": null},
    });
    manager.put(&id, &changes).await.ok();
    let mut expected = full;
    expected["custom"] = json!({"nested": {"list": [1, 2.5, null, "x"]}, "new": 1});
    expected["policies"]["privacy"] = json!(false);
    expected["policies"]["customs.extra"] = json!(true);
    expected["document"]["number"] = json!("2");
    expected["device"]["guid"] = json!("g2");
    for (group, name) in
        [("policies", "customs.*"), ("document", "type"), ("processingData", "profiling"), ("device", "created")]
    {
        expected[group].as_object_mut().unwrap().remove(name);
    }
    assert_eq!(stored::as_sent(&registry.stored(&id).await), expected);
}

#[tokio::test]
async fn what_is_fixed_is_ignored_whatever_it_is() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({"username": "ada", "password": "geheim", "source": "kiosk"})).await;
    let before = stored::as_sent(&registry.stored(&id).await);
    for body in [
        json!({"id": "x", "organizationId": "0".repeat(32), "source": "nowhere", "username": "eve", "password": "eve"}),
        json!({"id": 1, "organizationId": [], "source": {}, "username": false, "password": 1.5}),
    ] {
        assert_eq!(manager.put(&id, &body).await.ok()["username"], "ada");
        assert_eq!(stored::as_sent(&registry.stored(&id).await), before);
    }
}

#[tokio::test]
async fn a_lock_takes_an_organization_manager() {
    let registry = Registry::start().await;
    let (manager, app) = (registry.manager().await, registry.login(Role::PublicApp).await);
    let id = manager.create("", json!({})).await;
    for (sent, locked) in [(json!(false), false), (json!("1"), true), (json!(null), true), (json!(0), false)] {
        assert_eq!(manager.put(&id, &json!({"lock": sent})).await.ok()["locked"], locked, "{sent}");
    }
    for sent in [json!(true), json!(false)] {
        app.put(&id, &json!({"lock": sent, "firstName": "Eve"})).await.error(403, "forbidden");
    }
    assert_eq!(app.put(&id, &json!({"lastName": "Byron"})).await.ok()["locked"], false);
    assert!(stored::as_sent(&registry.stored(&id).await).get("firstName").is_none(), "nothing half written");
}

#[tokio::test]
async fn a_location_changes_when_it_is_one_of_the_organization() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    manager.put(&id, &json!({"locationId": "0".repeat(32), "firstName": "Eve"})).await.invalid("locationId", "unknown");
    assert!(stored::as_sent(&registry.stored(&id).await).get("firstName").is_none(), "nothing half written");
    assert_eq!(manager.put(&id, &json!({"locationId": null})).await.ok()["locationId"], registry.location);
    assert_eq!(manager.put(&id, &json!({"locationId": registry.location})).await.ok()["locationId"], registry.location);
}

#[tokio::test]
async fn unknown_and_foreign_customers_are_told_apart() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let foreign = registry.stranger().await.create("", json!({"firstName": "Foreign"})).await;
    for id in ["0".repeat(32), "x".to_owned(), foreign.to_uppercase()] {
        manager.put(&id, &json!({"firstName": "Eve"})).await.error(404, "not_found");
    }
    let answer = manager.put(&foreign, &json!({"firstName": "Eve"})).await;
    answer.error(403, "forbidden");
    assert!(!answer.text.contains("Foreign"));
}

#[tokio::test]
async fn a_merge_that_grows_over_a_limit_changes_nothing() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({"custom": {"a": "x".repeat(10_000)}})).await;
    let answer = manager.put(&id, &json!({"custom": {"b": "x".repeat(10_000)}, "firstName": "Eve"})).await;
    answer.invalid("custom", "too_long");
    assert!(stored::as_sent(&registry.stored(&id).await).get("firstName").is_none());
}

#[tokio::test]
async fn null_clears_all_custom_policies_before_those_named_are_taken() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let policies = json!({"privacy": true, "termsOfUse": true, "customs": {"a": true, "b": false}});
    let id = manager.create("", json!({"policies": policies})).await;
    manager.put(&id, &json!({"policies": {"customs": null, "customs.c": true}})).await.ok();
    assert_eq!(
        stored::as_sent(&registry.stored(&id).await)["policies"],
        json!({"privacy": true, "termsOfUse": true, "customs.c": true})
    );
    let twice = json!({"policies": {"customs": {"a": true}, "customs.a": false}});
    manager.put(&id, &twice).await.invalid("policies.customs.a", "invalid");
    // In a POST, null counts as absent.
    let found = manager.create_answer(
        "?deduplicate=extId",
        json!({"extId": "1", "policies": {"customs": null, "privacy": true, "termsOfUse": true}}),
    );
    let id = found.await.ok()["id"].as_str().unwrap().to_owned();
    manager.put(&id, &json!({"policies": {"customs.d": true}})).await.ok();
    manager.create("?deduplicate=extId", json!({"extId": "1", "policies": {"customs": null}})).await;
    assert_eq!(stored::as_sent(&registry.stored(&id).await)["policies"]["customs.d"], true);
}
