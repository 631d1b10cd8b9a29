//! The values that each field accepts: the canonical forms that are stored, and the refused values, by path.

use std::time::Duration;

use domain::customer::Patch;
use domain::organization::SettingsChanges;
use domain::value::PhoneNumberRule;
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
        ("phoneNumber", json!("(+39) 333-1234567"), json!("+393331234567")),
        ("phoneNumber", json!("tel:+1415-555-2671"), json!("+14155552671")),
        ("phoneNumber", json!("\u{202A}+39\u{A0}06\u{2060}69812345\u{202C}"), json!("+390669812345")),
        ("phoneNumber", json!("+78123091234"), json!("+78123091234")),
        ("email", json!("\u{FEFF}ada@例え。jp\u{200B}"), json!("ada@例え.jp")),
        ("extId", json!("\u{200B}crm-\u{AD}1\u{2069}"), json!("crm-1")),
        ("username", json!("\u{202D}ada\u{202C}"), json!("ada")),
        ("firstName", json!("\u{200B}"), Value::Null),
        ("language", json!("EN"), json!("en")),
        ("language", json!("iw"), json!("he")),
        ("language", json!("zh_hant_tw"), json!("zh")),
        ("language", json!("fil"), Value::Null),
        ("languageTag", json!("zh-Hant-TW"), json!("zh-Hant-TW")),
        ("languageTag", json!("it"), Value::Null),
        ("country", json!("gb"), json!("GB")),
        ("country", json!("gb-eng"), json!("GB-ENG")),
        ("country", json!("xk"), json!("XK")),
        ("country", json!("UK"), json!("GB")),
        ("country", json!("el"), json!("GR")),
        ("country", json!("DEU"), json!("DE")),
        ("country", json!("040"), json!("AT")),
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
        let stored = stored::as_sent(&registry.stored(&id).await);
        assert_eq!(at(&stored, path).unwrap_or(&Value::Null), &kept, "{path} {sent}");
    }
}

#[tokio::test]
async fn a_language_is_a_code_and_what_the_tag_says_beyond_it() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({"language": "zh_TW_#Hant"})).await;
    let languages = async || {
        let answer = manager.get(&format!("/v3/customers/{id}")).await.ok();
        [answer["language"].clone(), answer["languageTag"].clone()]
    };
    assert_eq!(languages().await, [json!("zh"), json!("zh-Hant-TW")]);
    for (change, expected) in [
        // The values of a response can be sent back; a client that knows only the code keeps the rest.
        (json!({"language": "zh", "languageTag": "zh-Hant-TW"}), [json!("zh"), json!("zh-Hant-TW")]),
        (json!({"firstName": "Ada"}), [json!("zh"), json!("zh-Hant-TW")]),
        (json!({"language": "it", "languageTag": "zh-Hant-TW"}), [json!("it"), Value::Null]),
        (json!({"languageTag": "fil-PH"}), [Value::Null, json!("fil-PH")]),
        (json!({"language": "fil"}), [Value::Null, json!("fil")]),
        (json!({"language": null}), [Value::Null, Value::Null]),
    ] {
        manager.put(&id, &change).await.ok();
        assert_eq!(languages().await, expected, "{change}");
    }
    manager.put(&id, &json!({"languageTag": "no such thing"})).await.invalid("languageTag", "invalid");
}

#[tokio::test]
async fn an_organization_may_take_numbers_that_are_only_possible() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let number = async |id: &str| {
        let answer = manager.get(&format!("/v3/customers/{id}")).await.ok();
        [answer["phoneNumber"].clone(), answer["phoneNumberValid"].clone()]
    };
    let possible = json!({"phoneNumber": "+1 200 555 2671"});
    let valid = manager.create("", json!({"phoneNumber": "+1 415 555 2671"})).await;
    assert_eq!(number(&valid).await, [json!("+14155552671"), json!(true)]);
    assert_eq!(number(&manager.create("", json!({})).await).await, [Value::Null, Value::Null]);
    manager.create_answer("", possible.clone()).await.invalid("phoneNumber", "invalid");
    manager.put(&valid, &possible).await.invalid("phoneNumber", "invalid");

    let phone_numbers = Patch::Set(PhoneNumberRule::Possible);
    registry.configure(SettingsChanges { phone_numbers, ..Default::default() }).await;
    // The settings are cached for a moment.
    registry.clock.forward(Duration::from_secs(2));
    let id = manager.create("", possible.clone()).await;
    assert_eq!(number(&id).await, [json!("+12005552671"), json!(false)]);
    assert_eq!(manager.create("?deduplicate=phoneNumber", possible.clone()).await, id);
    manager.put(&valid, &possible).await.ok();
    assert_eq!(number(&valid).await, [json!("+12005552671"), json!(false)]);
    let exist = format!("/v2/customers/organizations/{}/exist?phoneNumber=%2B12005552671", registry.organization);
    manager.get(&exist).await.ok();
    for wrong in ["+1 200 555 26711", "+1 415 555 2671 m", "+49 89 1234567890123"] {
        manager.create_answer("", json!({"phoneNumber": wrong})).await.invalid("phoneNumber", "invalid");
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
        ("phoneNumber", json!("+49 800 722 679 40 6012"), "invalid"),
        ("phoneNumber", json!("+43 664 1234567 m"), "invalid"),
        ("email", json!("ada@[127.0.0.1]"), "invalid"),
        ("email", json!("ada@example.org\r\nBcc: eve@[::1]"), "invalid"),
        ("language", json!("english"), "invalid"),
        ("language", json!("xx"), "invalid"),
        ("languageTag", json!("en US"), "invalid"),
        ("country", json!("England"), "invalid"),
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
    // For a text without an object, the error concerns its content.
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

/// A body has room for a hundred thousand violations; reporting them takes no longer than reading them.
#[tokio::test]
async fn very_many_faults_are_told_quickly() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customs: serde_json::Map<_, _> = (0..60_000).map(|n| (format!("policy{n}"), json!([]))).collect();
    let body = json!({"policies": {"customs": customs}, "organizationId": registry.organization, "source": "api"});
    let answer = tokio::time::timeout(Duration::from_secs(8), manager.post("/v3/customers", &body)).await.unwrap();
    assert_eq!(answer.fields(409, "invalid_parameters").len(), 60_002);
}

/// The same object with a list in place of every value that is not an object, and of `custom`.
fn spoil(value: &Value) -> Value {
    let Value::Object(members) = value else { return json!([value]) };
    let spoilt = |(name, value): (&String, &Value)| {
        let spoilt = if name == "custom" { json!([]) } else { spoil(value) };
        (name.clone(), spoilt)
    };
    members.iter().map(spoilt).collect::<serde_json::Map<_, _>>().into()
}

/// The wire path of every value, each of which has a wrong type.
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
