//! Random values of customers.

use fastrand::Rng;
use serde_json::{Map, Value, json};

/// A new customer. Some have an external id, and others are identified by ours.
pub(super) fn newcomer(chance: &mut Rng, mark: &str) -> Value {
    let mut members = json!({
        "email": format!("{mark}@example.org"),
        "password": format!("hunter2-{mark}"),
        "firstName": "Ada",
        "custom": {"visits": 1},
        "device": {"guid": format!("device-{mark}")},
    });
    if chance.bool() {
        members["extId"] = json!(format!("crm-{mark}"));
    }
    members
}

/// Changes to any number of values, some of which are cleared. A customer that has not arrived keeps its identifying
/// values and its consents.
pub(super) fn changes(chance: &mut Rng, mark: &str, arrived: bool) -> Value {
    let values = [
        ("firstName", json!(format!("Zoë \"{mark}\" 東京"))),
        ("lastName", json!(mark)),
        ("phoneNumber", json!(format!("+4420794609{:02}", chance.u8(0..100)))),
        ("emailVerified", json!(chance.bool())),
        ("gender", json!("female")),
        ("birthDate", json!("1975-03-16")),
        ("language", json!("it")),
        ("country", json!("IT")),
        ("zipCode", json!("00184")),
        ("extId", json!(format!("crm-{mark}"))),
        ("extProp2", json!(format!("card-{}", chance.u8(0..5)))),
        ("custom", json!({"visits": chance.u8(..)})),
        ("policies", json!({"mktgCommunications": chance.bool(), "customs.club": chance.bool()})),
        ("document", json!({"type": "passport", "number": mark})),
        ("processingData", json!({"profiling": chance.bool()})),
        ("device", json!({"guid": format!("device-{mark}"), "os": "ios"})),
    ];
    let mut changes = Map::new();
    for (name, value) in values.into_iter().filter(|(name, _)| arrived || !matches!(*name, "extId" | "policies")) {
        match chance.u8(0..6) {
            0 => changes.insert(name.to_owned(), Value::Null),
            1 | 2 => changes.insert(name.to_owned(), value),
            _ => None,
        };
    }
    Value::Object(changes)
}
