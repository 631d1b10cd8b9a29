//! A customer as a row of CSV.

use domain::value::is_invisible;
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

/// Puts an apostrophe before a value that a spreadsheet would take for a formula (OWASP, CSV injection).
///
/// Some spreadsheets skip white space and invisible characters before a formula, and read its full-width and small forms
/// as the ASCII character (East Asian input methods type them).
pub(super) fn harmless(cell: String) -> String {
    let first = cell.chars().find(|it| !is_skipped(*it));
    let begins_formula = first.is_some_and(|it| FORMULA_STARTS.contains(&it));
    if begins_formula || cell.starts_with(['\t', '\r', '\n']) { format!("'{cell}") } else { cell }
}

/// Begin a formula, in ASCII and in the forms that Unicode calls compatible with it.
const FORMULA_STARTS: [char; 14] = [
    '=', '+', '-', '@', // ASCII
    '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}', // full-width
    '\u{FE66}', '\u{FE62}', '\u{FE63}', '\u{FE6B}', // small
    '\u{207A}', '\u{2212}', // superscript plus, minus sign
];

/// What a spreadsheet may skip before a formula.
fn is_skipped(it: char) -> bool {
    it.is_whitespace() || it.is_control() || is_invisible(it)
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
        for cell in ["＝1+1", "＋39", "－1", "＠SUM(A1)", "﹦1", " =1", "\u{200B}=1", "\u{FEFF}\u{00A0}＝1", "−1"]
        {
            assert_eq!(harmless(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["a=1", "", " ", "1-1", "é@example.org"] {
            assert_eq!(harmless(cell.to_owned()), cell);
        }
    }
}
