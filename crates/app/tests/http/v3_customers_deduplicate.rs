//! `POST /v3/customers?deduplicate=`

use domain::access::Role;
use serde_json::{Value, json};

use crate::common::stored;
use crate::fixture::{Caller, Registry};

/// A value of each kind, with its name in the list.
fn values() -> [(&'static str, Value); 7] {
    [
        ("phoneNumber", json!({"phoneNumber": "+442079460958"})),
        ("email", json!({"email": "ada@example.org"})),
        ("extId", json!({"extId": "crm-1"})),
        ("extProp1", json!({"extProp1": "shop-3"})),
        ("extProp2", json!({"extProp2": "card-9"})),
        ("extPro2", json!({"extProp2": "card-10"})),
        ("guid", json!({"device": {"guid": "g1"}})),
    ]
}

async fn find(caller: &Caller, names: &str, members: Value) -> String {
    caller.create(&format!("?deduplicate={names}"), members).await
}

#[tokio::test]
async fn each_name_finds_the_customer_with_its_value() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for (name, members) in values() {
        let id = manager.create("", members.clone()).await;
        assert_eq!(find(&manager, name, members.clone()).await, id, "{name}");
        // In another organization the value has no meaning.
        let other = registry.stranger().await;
        assert_ne!(find(&other, name, members).await, id, "{name}");
    }
}

#[tokio::test]
async fn values_are_compared_in_their_canonical_form() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager
        .create("", json!({"email": "Ada@Bücher.example", "phoneNumber": "+44 20 7946 0958", "extId": "A"}))
        .await;
    for (name, members) in [
        ("email", json!({"email": " ada@xn--bcher-kva.EXAMPLE "})),
        ("phoneNumber", json!({"phoneNumber": "+44 (0)20-7946-0958"})),
    ] {
        assert_eq!(find(&manager, name, members).await, id, "{name}");
    }
    assert_ne!(find(&manager, "extId", json!({"extId": "a"})).await, id, "outside ids are compared exactly");
}

#[tokio::test]
async fn names_are_case_sensitive_and_unknown_ones_are_refused() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for names in ["Email", "email,phone", "device.guid", "EMAIL", "extprop1"] {
        let answer = manager.create_answer(&format!("?deduplicate={names}"), json!({})).await;
        answer.invalid("deduplicate", "invalid");
    }
    let with_others = manager.create_answer("?deduplicate=x", json!({"email": "x", "source": "?"})).await;
    let fields: Vec<_> = with_others.fields(409, "invalid_parameters").into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["deduplicate", "email", "source"]);
}

#[tokio::test]
async fn names_without_a_value_are_skipped_and_none_left_creates() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({"extId": "crm-1"})).await;
    for blank in
        [json!({}), json!({"email": null}), json!({"email": "  "}), json!({"email": "", "device": {"guid": " "}})]
    {
        let mut members = blank.clone();
        assert_ne!(find(&manager, "email,guid", members.clone()).await, id, "{blank}");
        members["extId"] = json!("crm-1");
        assert_eq!(find(&manager, "email,guid,extId", members).await, id, "{blank}");
    }
}

#[tokio::test]
async fn several_names_in_any_order_mean_one_customer() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ada = json!({"email": "ada@example.org", "phoneNumber": "+442079460958", "extId": "crm-1"});
    let id = manager.create("", ada.clone()).await;
    for names in ["email,phoneNumber,extId", "extId,email", "phoneNumber,guid,email"] {
        assert_eq!(find(&manager, names, ada.clone()).await, id, "{names}");
    }
    // One hit decides; a value without an owner becomes the customer's own.
    let moved = json!({"email": "ada@example.org", "phoneNumber": "+14155552671"});
    assert_eq!(find(&manager, "phoneNumber,email", moved).await, id);
    assert_eq!(find(&manager, "phoneNumber", json!({"phoneNumber": "+14155552671"})).await, id);
}

#[tokio::test]
async fn values_of_two_customers_are_a_conflict_that_names_them() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ada = manager.create("", json!({"email": "ada@example.org", "firstName": "Ada"})).await;
    let bob = manager.create("", json!({"phoneNumber": "+442079460958", "firstName": "Bob"})).await;
    let both = json!({"email": "ada@example.org", "phoneNumber": "+442079460958", "firstName": "Eve", "extId": "new"});
    let answer = manager.create_answer("?deduplicate=email,phoneNumber,extId,guid", both).await;
    let code = "duplicate_conflict".to_owned();
    assert_eq!(
        answer.fields(409, "duplicate_conflict"),
        [("email".to_owned(), code.clone()), ("phoneNumber".to_owned(), code)]
    );
    let told: Vec<_> =
        answer.json()["errors"].as_array().unwrap().iter().map(|error| error["message"].to_string()).collect();
    assert!(told[0].contains(&ada) && told[1].contains(&bob), "{told:?}");
    assert_eq!(stored::as_sent(&registry.stored(&ada).await)["firstName"], "Ada");
    assert_eq!(stored::as_sent(&registry.stored(&bob).await)["firstName"], "Bob");
    let free = manager.create_answer("?deduplicate=extId", json!({"extId": "new", "username": "free"})).await;
    assert_eq!(free.ok()["username"], "free", "the refused request took no key");
}

#[tokio::test]
async fn of_several_customers_with_a_value_the_oldest_owner_is_the_hit() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ada = json!({"email": "ada@example.org"});
    let first = manager.create("", ada.clone()).await;
    let second = manager.create("", ada.clone()).await;
    let third = manager.create("", json!({})).await;
    // A PUT may take a value that has an owner: it queues behind.
    manager.put(&third, &ada).await.ok();
    for _ in 0..3 {
        assert_eq!(find(&manager, "email", ada.clone()).await, first);
    }
    manager.put(&first, &json!({"email": "other@example.org"})).await.ok();
    assert_eq!(find(&manager, "email", ada.clone()).await, second);
    manager.put(&second, &json!({"email": null})).await.ok();
    assert_eq!(find(&manager, "email", ada.clone()).await, third);
    manager.put(&first, &ada).await.ok();
    assert_eq!(find(&manager, "email", ada).await, third, "who comes back queues behind");
}

#[tokio::test]
async fn a_guid_finds_only_when_nothing_better_does() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let phone = manager.create("", json!({"device": {"guid": "g1"}, "firstName": "Phone"})).await;
    let ada = manager.create("", json!({"email": "ada@example.org"})).await;
    // A hit by an identity takes precedence over the device.
    assert_eq!(find(&manager, "guid,email", json!({"email": "ada@example.org", "device": {"guid": "g1"}})).await, ada);
    // The device's customer has no address yet, so a new one does not contradict.
    let named = json!({"email": "phone@example.org", "device": {"guid": "g1"}});
    assert_eq!(find(&manager, "email,guid", named).await, phone);
    // Now it has one, and a different one contradicts.
    let other = json!({"email": "other@example.org", "device": {"guid": "g1"}});
    let created = find(&manager, "email,guid", other.clone()).await;
    assert!(created != phone && created != ada);
    // An identity that is not named does not count.
    assert_eq!(find(&manager, "guid", other).await, phone);
}

#[tokio::test]
async fn a_hit_updates_by_merging_and_ignores_what_is_fixed() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager
        .create("", json!({
            "email": "ada@example.org", "username": "ada", "password": "geheim", "source": "kiosk", "firstName": "Ada",
            "lastName": "Byron", "custom": {"a": 1, "b": 1}, "document": {"type": "passport", "number": "1"},
            "processingData": {"profiling": true},
            "policies": {"privacy": true, "termsOfUse": true, "mktgCommunications": true},
        }))
        .await;
    let body = json!({
        "organizationId": registry.organization, "source": "api", "email": "ADA@example.org", "username": "eve",
        "password": "eve", "firstName": null, "lastName": "Lovelace", "custom": {"b": 2, "c": 3},
        "document": {"number": "2"}, "processingData": {"processingPersonalData": true},
        "policies": {"mktgCommunications": false},
    });
    let answer = manager.post("/v3/customers?deduplicate=email", &body).await.ok();
    assert_eq!(answer["id"], id);
    assert_eq!(
        stored::as_sent(&registry.stored(&id).await),
        json!({
            "organizationId": registry.organization, "locationId": registry.location, "source": "kiosk",
            "username": "ada", "password": "geheim", "lock": true, "email": "ADA@example.org", "firstName": "Ada",
            "lastName": "Lovelace", "custom": {"a": 1, "b": 2, "c": 3},
            "document": {"type": "passport", "number": "2"},
            "processingData": {"profiling": true, "processingPersonalData": true},
            "policies": {"privacy": true, "termsOfUse": true, "mktgCommunications": false},
        })
    );
}

#[tokio::test]
async fn a_hit_is_validated_like_a_creation_but_needs_no_policies() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    manager.create("", json!({"email": "ada@example.org", "firstName": "Ada"})).await;
    let body = |members: Value| {
        let mut body = json!({"organizationId": registry.organization, "source": "api", "email": "ada@example.org"});
        body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        body
    };
    let uri = "/v3/customers?deduplicate=email";
    manager.post(uri, &body(json!({"username": "x".repeat(64)}))).await.invalid("username", "too_long");
    manager.post(uri, &body(json!({"source": null}))).await.invalid("source", "required");
    manager.post(uri, &body(json!({"locationId": "0".repeat(32)}))).await.invalid("locationId", "unknown");
    manager.post(uri, &body(json!({}))).await.ok();
    // Without a hit, the same body is refused because the policies are missing.
    let nobody = manager.post(uri, &body(json!({"email": "new@example.org"}))).await;
    nobody.error(409, "policy_not_accepted");
}

#[tokio::test]
async fn a_hit_locks_and_unlocks_but_a_public_app_locks_only_its_own_customer_and_never_unlocks() {
    let registry = Registry::start().await;
    let (manager, app) = (registry.manager().await, registry.login(Role::PublicApp).await);
    let post = async |caller: &Caller, lock: Value| {
        let members = json!({"email": "ada@example.org", "lock": lock});
        caller.create_answer("?deduplicate=email", members).await.ok()["locked"].as_bool().unwrap()
    };
    assert!(post(&manager, json!(null)).await, "a creation locks");
    assert!(post(&manager, json!(null)).await, "absent stays");
    assert!(post(&app, json!(false)).await, "an app does not unlock");
    assert!(!post(&manager, json!(false)).await);
    assert!(!post(&app, json!(null)).await);
    assert!(!post(&app, json!(true)).await, "an app does not lock whom it only found");
    let own = json!({"email": "eve@example.org", "device": {"installId": "1"}, "lock": false});
    app.create("?deduplicate=email", own.clone()).await;
    let mut own = own;
    for (lock, locked) in [(json!(true), true), (json!("false"), true)] {
        own["lock"] = lock;
        assert_eq!(app.create_answer("?deduplicate=email", own.clone()).await.ok()["locked"], locked);
    }
}
