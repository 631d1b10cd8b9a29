//! `POST /v3/customers` without `deduplicate`.

use std::time::Duration;

use domain::access::Role;
use domain::customer::Patch;
use domain::customer_fields;
use domain::organization::{ListedPolicy, PolicyKind, PolicyList, SettingsChanges};
use serde_json::{Value, json};

use crate::common::{bodies, stored};
use crate::fixture::Registry;

#[tokio::test]
async fn the_least_creates_a_locked_customer_at_the_default_location() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let answer = manager.create_answer("", json!({})).await.ok();
    let members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        members,
        ["generated", "id", "locationId", "locked", "organizationId", "password", "status", "username"]
    );
    assert_eq!(answer["status"], "OK");
    assert_eq!(answer["generated"], "2024-03-28T10:15:30.000Z");
    assert_eq!(answer["organizationId"], registry.organization);
    assert_eq!(answer["locationId"], registry.location);
    assert_eq!(answer["locked"], true);
    assert_eq!(answer["username"].as_str().unwrap().len(), 14);
    assert_eq!(answer["password"].as_str().unwrap().len(), 16);
}

#[tokio::test]
async fn every_field_is_stored_as_it_was_sent() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::full(&registry.organization, &registry.location);
    let answer = manager.post("/v3/customers", &body).await.ok();
    assert_eq!(answer["hotspotId"], "ap-7");
    assert_eq!(answer["username"], "ada");
    assert_eq!(answer["password"], "correct horse");
    assert_eq!(answer["locked"], false);
    let customer = registry.stored(answer["id"].as_str().unwrap()).await;
    assert_eq!(stored::as_sent(&customer), body);
}

/// A value for a member of this type.
macro_rules! value {
    (Flag $number:expr) => {
        json!($number % 2 == 0)
    };
    (PhoneNumber $number:expr) => {
        json!(format!("+4420794609{:02}", $number % 100))
    };
    (Email $number:expr) => {
        json!(format!("ada{}@example.org", $number))
    };
    (Gender $number:expr) => {
        json!("female")
    };
    (BirthDate $number:expr) => {
        json!(format!("19{:02}-03-16", $number % 100))
    };
    (Language $number:expr) => {
        json!(["de", "en", "it"][$number % 3])
    };
    (Country $number:expr) => {
        json!(["DE", "GB", "IT", "FR"][$number % 4])
    };
    (CivilStatus $number:expr) => {
        json!("Miss")
    };
    (DoubleOptin $number:expr) => {
        json!("confirmed")
    };
    ($type:ident $number:expr) => {
        json!(format!("value {}", $number))
    };
}

macro_rules! listed {
    (
        $(#[$person_doc:meta])* person: $Person:ident, $PersonChanges:ident, $person_prefix:literal {
            $($(#[$doc:meta])* $field:ident: $type:ident, $name:literal, [$variant:ident = $number:literal, $who:ident];)*
        }
        $(
            $(#[$group_doc:meta])* $group:ident: $Group:ident, $Changes:ident, $prefix:literal {
                $(
                    $(#[$member_doc:meta])* $member:ident: $member_type:ident, $member_name:literal,
                    [$grouped:ident = $member_number:literal];
                )*
            }
        )*
    ) => {{
        let mut body = json!({$($name: value!($type $number),)*});
        $(body[$prefix.trim_end_matches('.')] = json!({$($member_name: value!($member_type $member_number),)*});)*
        body
    }};
}

/// Every field of the domain's list with a value, in most cases another one for each.
fn listed() -> Value {
    customer_fields!(listed)
}

/// No part of the way forgets a field of the list: requests, the store, answers, histories, the schema.
#[tokio::test]
async fn every_field_of_the_list_goes_all_the_way() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let listed = listed();
    let created = manager.post("/v3/customers", &bodies::with(&registry.organization, listed.clone())).await.ok();
    let id = created["id"].as_str().unwrap();
    let stored = stored::as_sent(&registry.stored(id).await);
    let answered = manager.get(&format!("/v3/customers/{id}")).await.ok();
    let history = manager.get(&format!("/v3/customers/{id}/history")).await.ok();
    let changed = history["history"][0]["fields"].as_array().unwrap().clone();
    let document: Value = serde_json::from_str(&http_api::openapi_json()).unwrap();
    let schemas = &document["components"]["schemas"];
    for (name, value) in listed.as_object().unwrap() {
        assert_eq!((&stored[name], &answered[name]), (value, value), "{name}");
        for schema in ["newCustomer", "storedCustomer"] {
            assert!(schemas[schema]["properties"][name].is_object(), "{schema} {name}");
        }
        let paths: Vec<_> = match value.as_object() {
            Some(members) => members.keys().map(|member| format!("{name}.{member}")).collect(),
            None => vec![name.clone()],
        };
        for path in paths {
            assert!(changed.contains(&json!(path)), "{path} is not in {changed:?}");
        }
        for member in value.as_object().into_iter().flat_map(|members| members.keys()) {
            assert!(schemas[name]["properties"][member].is_object(), "{name} {member}");
        }
    }
}

#[tokio::test]
async fn what_a_creation_needs_is_told_at_once_and_nothing_is_written() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let answer = manager.post("/v3/customers", &json!({"email": "x"})).await;
    assert_eq!(
        answer.fields(409, "invalid_parameters"),
        [
            ("email", "invalid"),
            ("organizationId", "required"),
            ("policies.privacy", "not_accepted"),
            ("policies.termsOfUse", "not_accepted"),
            ("source", "required"),
        ]
        .map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
    for name in ["organizationId", "source"] {
        for value in [json!(null), json!("")] {
            let answer = manager.create_answer("", json!({name: value})).await;
            answer.invalid(name, "required");
        }
    }
}

#[tokio::test]
async fn policies_that_are_not_accepted_write_nothing() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for policies in [json!(null), json!({}), json!({"privacy": false, "termsOfUse": "no"}), json!({"privacy": null})] {
        let answer = manager.create_answer("", json!({"policies": policies, "username": "ada"})).await;
        assert_eq!(
            answer.fields(409, "policy_not_accepted"),
            [("policies.privacy", "not_accepted"), ("policies.termsOfUse", "not_accepted")]
                .map(|(field, code)| (field.to_owned(), code.to_owned()))
        );
    }
    let one = manager.create_answer("", json!({"policies": {"privacy": true}})).await;
    assert_eq!(one.fields(409, "policy_not_accepted"), [("policies.termsOfUse".to_owned(), "not_accepted".to_owned())]);
    // The name is free, so no refused request created a customer.
    manager.create("", json!({"username": "ada"})).await;
}

#[tokio::test]
async fn an_unknown_location_and_missing_policies_are_told_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let answer = manager.create_answer("", json!({"locationId": "0".repeat(32), "policies": {"privacy": true}})).await;
    assert_eq!(
        answer.fields(409, "invalid_parameters"),
        [("locationId", "unknown"), ("policies.termsOfUse", "not_accepted")]
            .map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
}

#[tokio::test]
async fn policies_come_in_the_forms_of_the_sdks() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let policies = json!({
        "privacy": "true", "termsOfUse": 1, "minimumAgeVerification": "TRUE", "mktgCommunications": "maybe",
        "customs.flat": "1", "customs": {"nested": true, "no": 0},
    });
    let id = manager.create("", json!({"policies": policies})).await;
    let stored = stored::as_sent(&registry.stored(&id).await);
    assert_eq!(
        stored["policies"],
        json!({
            "privacy": true, "termsOfUse": true, "minimumAgeVerification": true, "mktgCommunications": false,
            "customs.flat": true, "customs.nested": true, "customs.no": false,
        })
    );
    let answer = manager.create_answer("", json!({"policies": {"privacy": [], "termsOfUse": true}})).await;
    answer.invalid("policies.privacy", "wrong_type");
}

#[tokio::test]
async fn lock_is_true_unless_said_otherwise() {
    let registry = Registry::start().await;
    for role in [Role::OrganizationManager, Role::PublicApp] {
        let caller = registry.login(role).await;
        for (sent, locked) in [
            (json!(null), true),
            (json!(true), true),
            (json!(false), false),
            (json!("false"), false),
            (json!(0), false),
        ] {
            let answer = caller.create_answer("", json!({"lock": sent})).await.ok();
            assert_eq!(answer["locked"], locked, "{sent}");
        }
    }
}

#[tokio::test]
async fn a_location_is_the_default_one_or_one_of_the_organization() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for sent in [json!(null), json!(""), json!(registry.location)] {
        let answer = manager.create_answer("", json!({"locationId": sent})).await.ok();
        assert_eq!(answer["locationId"], registry.location, "{sent}");
    }
    let other = registry.stranger().await;
    let foreign = other.create_answer("", json!({})).await.ok()["locationId"].clone();
    for sent in [json!("0".repeat(32)), foreign] {
        let answer = manager.create_answer("", json!({"locationId": sent, "username": "ada"})).await;
        answer.invalid("locationId", "unknown");
    }
    manager.create_answer("", json!({"locationId": "main"})).await.invalid("locationId", "invalid");
    manager.create("", json!({"username": "ada"})).await;
}

#[tokio::test]
async fn a_username_is_unique_in_its_organization() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    manager.create("", json!({"username": "ada"})).await;
    let taken = manager.create_answer("", json!({"username": "ada", "email": "ada@example.org"})).await;
    assert_eq!(taken.fields(409, "username_taken"), [("username".to_owned(), "taken".to_owned())]);
    // The refused request took no key: the address has no owner, so this creates a customer.
    let answer =
        manager.create_answer("?deduplicate=email", json!({"email": "ada@example.org", "username": "Ada"})).await;
    assert_eq!(answer.ok()["username"], "Ada");
    let other = registry.stranger().await;
    other.create("", json!({"username": "ada"})).await;
}

#[tokio::test]
async fn without_deduplicate_a_known_address_still_creates() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ada =
        json!({"email": "ada@example.org", "phoneNumber": "+442079460958", "extId": "1", "device": {"guid": "g"}});
    let first = manager.create("", ada.clone()).await;
    for query in ["", "?deduplicate=", "?deduplicate=,"] {
        assert_ne!(manager.create(query, ada.clone()).await, first, "{query}");
    }
}

#[tokio::test]
async fn unknown_members_are_tolerated_everywhere() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = json!({
        "browserLanguage": "en_US", "anything": {"at": ["all"]},
        "device": {"osVersion": "16.6", "pp_installed": 1, "os": "ios"},
        "document": {"colour": "red"}, "policies": {"privacy": true, "termsOfUse": true, "other": []},
    });
    let id = manager.create("", body).await;
    assert_eq!(stored::as_sent(&registry.stored(&id).await)["device"], json!({"os": "ios"}));
}

#[tokio::test]
async fn custom_comes_as_an_object_or_as_a_text_that_holds_one() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for sent in [json!({"a": 1}), json!("{\"a\":1}"), json!({"a": 1, "gone": null})] {
        let id = manager.create("", json!({"custom": sent})).await;
        assert_eq!(stored::as_sent(&registry.stored(&id).await)["custom"], json!({"a": 1}), "{sent}");
    }
    for (sent, code) in
        [(json!("{\"a\":"), "invalid"), (json!("[1]"), "invalid"), (json!([1]), "wrong_type"), (json!(1), "wrong_type")]
    {
        manager.create_answer("", json!({"custom": sent})).await.invalid("custom", code);
    }
}

/// Even if there is no other error; for an existing customer they are not required.
#[tokio::test]
async fn an_organization_requires_policies_of_its_own() {
    let registry = Registry::start().await;
    let house = ListedPolicy { kind: PolicyKind::parse("customs.house").unwrap(), required: true, url: None };
    let policies = Patch::Set(PolicyList::new(vec![house]).unwrap());
    registry.configure(SettingsChanges { policies, ..Default::default() }).await;
    let manager = registry.manager().await;
    let ada = json!({"email": "ada@example.org"});
    let refused = manager.create_answer("?deduplicate=email", ada.clone()).await;
    let missing = ("policies.customs.house".to_owned(), "not_accepted".to_owned());
    assert_eq!(refused.fields(409, "policy_not_accepted"), std::slice::from_ref(&missing));
    let also_wrong = manager.create_answer("", json!({"email": "?"})).await;
    let invalid = ("email".to_owned(), "invalid".to_owned());
    assert_eq!(also_wrong.fields(409, "invalid_parameters"), [invalid, missing]);
    let all = json!({"privacy": true, "termsOfUse": true, "customs.house": "true"});
    let accepted = json!({"email": "ada@example.org", "policies": all});
    let id = manager.create("?deduplicate=email", accepted).await;
    assert_eq!(manager.create("?deduplicate=email", ada).await, id);
}

#[tokio::test]
async fn a_hit_tells_the_stored_credentials_when_the_organization_wants_it() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let answer_credentials_on_hit = Patch::Set(true);
    registry.configure(SettingsChanges { answer_credentials_on_hit, ..Default::default() }).await;
    let ada = json!({"email": "ada@example.org", "username": "ada", "password": "geheim"});
    manager.create("", ada).await;
    let again = json!({"email": "ADA@example.org", "username": "other", "password": "other"});
    let told = manager.create_answer("?deduplicate=email", again.clone()).await.ok();
    assert_eq!((&told["username"], &told["password"]), (&json!("ada"), &json!("geheim")));

    let answer_credentials_on_hit = Patch::Set(false);
    registry.configure(SettingsChanges { answer_credentials_on_hit, ..Default::default() }).await;
    // The settings are cached for a moment.
    registry.clock.forward(Duration::from_secs(2));
    let silent = manager.create_answer("?deduplicate=email", again).await.ok();
    assert_eq!(silent["id"], told["id"]);
    assert!(silent.get("username").is_none() && silent.get("password").is_none(), "{silent}");
    let created = manager.create_answer("", json!({"username": "new", "password": "new"})).await.ok();
    assert_eq!((&created["username"], &created["password"]), (&json!("new"), &json!("new")));
}
