//! What each field takes: the canonical forms that are stored, and what is refused, by its path.

use std::time::Duration;

use serde_json::{Value, json};

use crate::common::{bodies, stored};
use crate::fixture::Registry;

/// The value at a path such as `device.guid` or `policies.customs.x`.
fn at<'a>(body: &'a Value, path: &str) -> Option<&'a Value> {
    match path.strip_prefix("policies.customs.") {
        Some(name) => body.get("policies")?.get(format!("customs.{name}")),
        None => path.split('.').try_fold(body, |value, name| value.get(name)),
    }
}

/// An object with this value at the path.
fn member(path: &str, value: &Value) -> Value {
    path.rsplit('.').fold(value.clone(), |value, name| json!({name: value}))
}

#[tokio::test]
async fn values_are_stored_in_their_canonical_form() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for (path, sent, kept) in [
        ("email", json!(" Ada@Example.org "), json!("Ada@Example.org")),
        ("phoneNumber", json!("+44 (0)20 7946 0958"), json!("+442079460958")),
        ("language", json!("EN"), json!("en")),
        ("country", json!("gb"), json!("GB")),
        ("country", json!("gb-eng"), json!("GB-ENG")),
        ("country", json!("xk"), json!("XK")),
        ("birthDate", json!("1975-03-16"), json!("1975-03-16")),
        ("birthDate", json!("2024-03-28"), json!("2024-03-28")),
        ("gender", json!("M"), json!("male")),
        ("gender", json!("f"), json!("female")),
        ("gender", json!("O"), json!("other")),
        ("gender", json!("Female"), json!("female")),
        ("civilStatus", json!("miss"), json!("Miss")),
        ("doubleOptin", json!("CONFIRMED"), json!("confirmed")),
        ("phoneVerified", json!("true"), json!(true)),
        ("emailVerified", json!(0), json!(false)),
        ("processingData.profiling", json!(1), json!(true)),
        ("firstName", json!(" spaces stay "), json!(" spaces stay ")),
        ("device.created", json!("28 مارس 2024"), json!("28 مارس 2024")),
        ("custom.number", json!(0.1), json!(0.1)),
        ("custom.big", json!(9_007_199_254_740_993_i64), json!(9_007_199_254_740_993_i64)),
    ] {
        let id = manager.create("", member(path, &sent)).await;
        assert_eq!(at(&stored::as_sent(&registry.stored(&id).await), path), Some(&kept), "{path} {sent}");
    }
}

#[tokio::test]
async fn values_that_are_not_valid_are_refused_by_their_path() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let long = |length| json!("x".repeat(length));
    for (path, sent, code) in [
        ("email", json!("ada"), "invalid"),
        ("email", json!(format!("{}@example.org", "a".repeat(250))), "too_long"),
        ("phoneNumber", json!("020 7946 0958"), "invalid"),
        ("phoneNumber", json!("+999123456789"), "invalid"),
        ("language", json!("eng"), "invalid"),
        ("country", json!("UK"), "invalid"),
        ("birthDate", json!("1975-02-29"), "invalid"),
        ("birthDate", json!("2024-03-29"), "invalid"),
        ("birthDate", json!("1899-12-31"), "invalid"),
        ("gender", json!("X"), "invalid"),
        ("civilStatus", json!("Dr"), "invalid"),
        ("doubleOptin", json!("maybe"), "invalid"),
        ("source", json!("fax"), "invalid"),
        ("phoneVerified", json!("yes"), "invalid"),
        ("username", long(64), "too_long"),
        ("username", json!("a\nb"), "invalid"),
        ("password", long(129), "too_long"),
        ("password", json!("smile 😀"), "invalid"),
        ("firstName", long(256), "too_long"),
        ("zipCode", long(33), "too_long"),
        ("picture", long(65_537), "too_long"),
        ("extId", long(256), "too_long"),
        ("device.guid", long(256), "too_long"),
        ("document.type", long(256), "too_long"),
        ("custom", json!({"a": "x".repeat(16_384)}), "too_long"),
        ("custom", json!({"a": [[[[[[[[1]]]]]]]]}), "too_long"),
    ] {
        let answer = manager.create_answer("", member(path, &sent)).await;
        answer.invalid(path, code);
        assert!(
            !answer.text.contains("smile") && !answer.text.contains("7946"),
            "the value is not repeated: {}",
            answer.text
        );
    }
    let many: serde_json::Map<_, _> = (0..51).map(|n| (format!("p{n}"), json!(true))).collect();
    let policies = json!({"privacy": true, "termsOfUse": true, "customs": many});
    manager.create_answer("", json!({"policies": policies})).await.invalid("policies.customs", "too_long");
}

#[tokio::test]
async fn a_wrong_type_in_every_field_is_told_for_every_field_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let full = bodies::full(&registry.organization, &registry.location);
    let wrong = spoil(&full);
    let mut expected = paths(&full);
    // A text that holds no object is a fault of its content.
    expected.iter_mut().filter(|(path, _)| path == "custom").for_each(|(_, code)| *code = "wrong_type".to_owned());
    expected.sort();
    assert_eq!(manager.post("/v3/customers", &wrong).await.fields(409, "invalid_parameters"), expected);

    let id = manager.create("", json!({})).await;
    let ignored = ["organizationId", "source", "username", "password"];
    expected.retain(|(path, _)| !ignored.contains(&path.as_str()));
    assert_eq!(manager.put(&id, &wrong).await.fields(409, "invalid_parameters"), expected);

    let groups = json!({"custom": 1, "policies": true, "document": "x", "processingData": [], "device": 0.5});
    let faults = manager.put(&id, &groups).await.fields(409, "invalid_parameters");
    assert_eq!(faults.len(), 5);
    assert!(faults.iter().all(|(_, code)| code == "wrong_type"), "{faults:?}");
}

/// A body has room for a hundred thousand faults; telling them all takes no longer than reading them.
#[tokio::test]
async fn very_many_faults_are_told_quickly() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customs: serde_json::Map<_, _> = (0..60_000).map(|n| (format!("policy{n}"), json!([]))).collect();
    let body = json!({"policies": {"customs": customs}, "organizationId": registry.organization, "source": "api"});
    let answer = tokio::time::timeout(Duration::from_secs(8), manager.post("/v3/customers", &body)).await.unwrap();
    assert_eq!(answer.fields(409, "invalid_parameters").len(), 60_002);
}

/// The same object with a list in the place of every value that is no object, and in that of `custom`.
fn spoil(value: &Value) -> Value {
    let Value::Object(members) = value else { return json!([value]) };
    let spoilt = |(name, value): (&String, &Value)| {
        let spoilt = if name == "custom" { json!([]) } else { spoil(value) };
        (name.clone(), spoilt)
    };
    members.iter().map(spoilt).collect::<serde_json::Map<_, _>>().into()
}

/// The wire path of every value, each of a wrong type.
fn paths(full: &Value) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    for (name, value) in full.as_object().unwrap() {
        match value {
            Value::Object(members) if name != "custom" => {
                let path = |member: &String| match member.strip_prefix("customs.") {
                    Some(policy) => format!("{name}.customs.{policy}"),
                    None => format!("{name}.{member}"),
                };
                paths.extend(members.keys().map(path));
            }
            _ => paths.push(name.clone()),
        }
    }
    paths.into_iter().map(|path| (path, "wrong_type".to_owned())).collect()
}
