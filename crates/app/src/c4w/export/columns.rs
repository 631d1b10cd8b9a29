//! A customer as a row of CSV.

use serde_json::{Map, Value};

/// The columns, each with the path of its value in a customer of the list. `c4w import` knows them.
pub(super) const COLUMNS: [&str; 27] = [
    "cid",
    "organizationCid",
    "locationCid",
    "created",
    "modified",
    "signupMethod",
    "username",
    "locked",
    "title",
    "firstName",
    "lastName",
    "gender",
    "birthDate",
    "email",
    "emailVerified",
    "phone",
    "phoneVerified",
    "country",
    "zipCode",
    "personalId",
    "extId.id",
    "extId.prop1",
    "extId.prop2",
    "policies.privacy",
    "policies.termsOfUse",
    "policies.mktgCommunications",
    "policies.ageVerification",
];

/// The values of a customer, in the order of the columns, and then its other policies as a JSON object.
pub(super) fn cells(contact: &Value) -> Vec<String> {
    let mut policies = policies(contact);
    let mut cells: Vec<_> = COLUMNS
        .iter()
        .map(|column| match column.split_once('.') {
            Some(("policies", name)) => policies.remove(name).map_or_else(String::new, |value| text(&value)),
            Some((group, name)) => text(&contact[group][name]),
            None => text(&contact[*column]),
        })
        .collect();
    cells.push(if policies.is_empty() { String::new() } else { Value::Object(policies).to_string() });
    cells
}

/// The list of names and answers as an object.
fn policies(contact: &Value) -> Map<String, Value> {
    let policies = contact["policies"].as_array().into_iter().flatten();
    policies.filter_map(|policy| Some((policy["name"].as_str()?.to_owned(), policy["accepted"].clone()))).collect()
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// What a spreadsheet would take for a formula, or for the end of a cell (OWASP, CSV injection), behind an apostrophe.
pub(super) fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_value_is_in_its_column() {
        let contact = json!({
            "cid": "1", "locked": true, "phone": "+39", "extId": {"id": "crm", "prop2": "x"},
            "policies": [{"name": "privacy", "accepted": true}, {"name": "customs.club", "accepted": false}],
        });
        let cells = cells(&contact);
        let at = |name: &str| cells[COLUMNS.iter().position(|column| *column == name).unwrap()].as_str();
        assert_eq!((at("cid"), at("locked"), at("phone"), at("email")), ("1", "true", "+39", ""));
        assert_eq!((at("extId.id"), at("extId.prop1"), at("extId.prop2")), ("crm", "", "x"));
        assert_eq!((at("policies.privacy"), at("policies.termsOfUse")), ("true", ""));
        assert_eq!(cells.last().unwrap(), r#"{"customs.club":false}"#);
    }

    #[test]
    fn formulas_are_no_longer_formulas() {
        for cell in ["=1+1", "+39", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(harmless(cell.to_owned()), format!("'{cell}"));
        }
        assert_eq!(harmless("a=1".to_owned()), "a=1");
    }
}
