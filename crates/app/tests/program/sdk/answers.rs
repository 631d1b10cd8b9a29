//! The parts of a response that the SDK reads. Any other member of a strict group crashes the app.

use serde_json::Value;

/// Members of tolerant groups that the SDK would confuse with methods of its own objects.
const TRAPS: [&str; 4] = ["description", "hash", "class", "self"];

/// The organization of the service.
pub(super) fn service(answer: &Value, id: &str) -> String {
    exactly(answer, &["domains", "id"]);
    let service = &answer["domains"]["service"];
    exactly(service, &["authorities", "id", "locations", "name", "organizations", "scope"]);
    assert_eq!((answer["id"].as_str(), service["id"].as_str()), (Some(id), Some(id)));
    assert!(service["name"].is_string() && service["scope"].is_string(), "{service}");
    for list in ["authorities", "locations", "organizations"] {
        assert!(service[list].as_array().unwrap().iter().all(Value::is_string), "{service}");
    }
    service["organizations"][0].as_str().unwrap().to_owned()
}

/// The settings for an app: the location, and the data of a profile.
pub(super) fn settings(answer: &Value) {
    tolerant(answer);
    assert!(answer["defaultLocationId"].is_string(), "{answer}");
    for (group, text, flag) in
        [("passpoint", &["realm", "friendlyName"][..], "roaming"), ("wpa2", &["ssid"], "ssidHidden")]
    {
        let Some(group) = answer.get(group) else { continue };
        let members = group.as_object().unwrap();
        assert!(members.keys().all(|name| text.contains(&name.as_str()) || name == flag), "{group}");
        assert!(text.iter().filter_map(|name| members.get(*name)).all(|text| text.is_string() || text.is_null()));
        assert!(members.get(flag).is_none_or(Value::is_boolean), "{group}");
    }
}

/// The customer that was created or found.
pub(super) fn created(answer: &Value) {
    tolerant(answer);
    for name in ["id", "organizationId", "locationId", "username", "password"] {
        assert!(answer[name].is_string(), "{name}");
    }
    assert!(answer["locked"].is_boolean(), "{answer}");
    assert!(answer.as_object().unwrap().values().all(|value| !value.is_null()), "null becomes an object in a text");
}

/// Whether name and password were right.
pub(super) fn checked(answer: &Value) -> bool {
    tolerant(answer);
    let present = answer["present"].as_bool().unwrap();
    assert_eq!(answer["id"].is_string(), present, "{answer}");
    assert!(answer.get("extId").is_none_or(Value::is_string), "{answer}");
    present
}

/// The names of the policies, the two required ones first.
pub(super) fn policies(answer: &Value) -> Vec<String> {
    tolerant(answer);
    let names: Vec<_> =
        answer["policies"].as_array().unwrap().iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    assert_eq!(answer["count"].as_u64(), Some(names.len() as u64));
    assert_eq!(names[..2], ["termsOfUse", "privacy"]);
    names
}

fn tolerant(answer: &Value) {
    assert_eq!(answer["status"], "OK");
    assert!(answer["generated"].is_string());
    assert!(TRAPS.iter().all(|trap| answer.get(trap).is_none()), "{answer}");
}

fn exactly(group: &Value, names: &[&str]) {
    let mut found: Vec<_> = group.as_object().unwrap().keys().map(String::as_str).collect();
    found.sort_unstable();
    assert_eq!(found, names);
}
