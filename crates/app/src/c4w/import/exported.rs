//! Lines of JSON as `c4w export` writes them: customers as the API's list has them, or everything that is stored of them.

use c4w_client::Body;
use serde_json::{Map, Value};

/// Members that a customer gets from the registry. They say nothing in a creation.
const GIVEN: [&str; 9] =
    ["cid", "id", "organizationCid", "created", "modified", "devices", "phoneNumberValid", "history", "generated"];

/// Names of a list, and of a creation.
const RENAMED: [(&str, &str); 5] = [
    ("locationCid", "locationId"),
    ("signupMethod", "source"),
    ("locked", "lock"),
    ("title", "civilStatus"),
    ("phone", "phoneNumber"),
];
/// The same for ids in outside systems, which a list has in a group.
const EXTERNAL_IDS: [(&str, &str); 3] = [("id", "extId"), ("prop1", "extProp1"), ("prop2", "extProp2")];

/// The body of a creation. A line that is not of an export is left as it is.
pub(super) fn into_creation(body: &mut Body) {
    let listed = body.contains_key("cid") && body.contains_key("organizationCid");
    let stored = body.contains_key("id") && body.contains_key("organizationCid");
    if !(listed || stored) {
        return;
    }
    GIVEN.iter().for_each(|name| drop(body.remove(*name)));
    if listed {
        rename(body);
    }
}

fn rename(body: &mut Body) {
    for (listed, name) in RENAMED {
        if let Some(value) = body.remove(listed) {
            body.insert(name.to_owned(), value);
        }
    }
    if let Some(number) = body.remove("personalId") {
        body.insert("document".to_owned(), Value::Object(Map::from_iter([("personalId".to_owned(), number)])));
    }
    if let Some(Value::Object(mut ids)) = body.remove("extId") {
        for (listed, name) in EXTERNAL_IDS {
            if let Some(id) = ids.remove(listed) {
                body.insert(name.to_owned(), id);
            }
        }
    }
    if let Some(Value::Array(policies)) = body.get("policies") {
        let answer = |policy: &Value| {
            let name = match policy["name"].as_str()? {
                "ageVerification" => "minimumAgeVerification",
                name => name,
            };
            Some((name.to_owned(), policy["accepted"].clone()))
        };
        let policies = policies.iter().filter_map(answer).collect();
        body.insert("policies".to_owned(), Value::Object(policies));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn creation(line: &Value) -> Value {
        let mut body = line.as_object().unwrap().clone();
        into_creation(&mut body);
        Value::Object(body)
    }

    #[test]
    fn a_customer_of_a_list_becomes_a_creation() {
        let listed = json!({
            "cid": "1", "organizationCid": "2", "locationCid": "3", "created": "t", "modified": "t",
            "signupMethod": "kiosk", "username": "ada", "locked": false, "title": "ms", "phone": "+39", "personalId": "7",
            "extId": {"id": "crm", "prop2": "x"},
            "policies": [{"name": "ageVerification", "accepted": true}, {"name": "customs.club", "accepted": false}],
        });
        let expected = json!({
            "locationId": "3", "source": "kiosk", "username": "ada", "lock": false, "civilStatus": "ms",
            "phoneNumber": "+39", "document": {"personalId": "7"}, "extId": "crm", "extProp2": "x",
            "policies": {"minimumAgeVerification": true, "customs.club": false},
        });
        assert_eq!(creation(&listed), expected);
    }

    #[test]
    fn a_creation_stays_as_it_is() {
        let body = json!({"id": "1", "title": "x", "phone": "+39", "extId": "crm", "policies": {"privacy": true}});
        assert_eq!(creation(&body), body);
        let stored = json!({"id": "1", "organizationCid": "2", "extId": "crm", "devices": [], "history": []});
        assert_eq!(creation(&stored), json!({"extId": "crm"}));
    }
}
