//! Rows by content, independent of their format.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A field by its path, and its text.
pub(super) type Fields = BTreeMap<&'static str, String>;

/// The role of each row in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A separate customer.
    Good,
    /// A repetition of the customer of this row.
    Again(usize),
    /// The error with this number.
    Faulty(usize),
}

/// Every seventh row is invalid, and some of the others repeat earlier customers, near and far.
pub(super) fn role(number: usize) -> Role {
    let before = number.saturating_sub(if number.is_multiple_of(2) { 1 } else { 900 });
    match number % 7 {
        3 => Role::Faulty(number / 7),
        5 if before > 0 && role(before) == Role::Good => Role::Again(before),
        _ => Role::Good,
    }
}

/// The last earlier row with a separate customer, at least this far away.
pub(super) fn good_before(number: usize, distance: usize) -> usize {
    (0..=number.saturating_sub(distance)).rev().find(|before| role(*before) == Role::Good).unwrap()
}

/// A valid row.
pub(super) fn good(number: usize) -> Fields {
    let first_name = match number % 10 {
        0 => format!("Ada\nof line {number}"),
        1 => format!("J\u{fc}rgen \"{number}\""),
        2 => format!("a, b; c\r\n\r\n{number}"),
        _ => format!("Ada {number}"),
    };
    let mut fields = Fields::from([
        ("extId", format!("crm-{number}")),
        ("email", format!("guest-{number}@example.org")),
        ("firstName", first_name),
        ("policies.privacy", "true".to_owned()),
        ("policies.termsOfUse", "true".to_owned()),
    ]);
    if number.is_multiple_of(3) {
        let more = [("language", "it"), ("country", "GB-ENG"), ("gender", "F"), ("birthDate", "1975-03-16")];
        fields.extend(more.map(|(name, value)| (name, value.to_owned())));
    }
    if number == 0 {
        fields.insert("username", "taken".to_owned());
    }
    fields
}

/// A repetition of another row's customer; the policies need not be accepted again.
pub(super) fn again(number: usize, of: usize) -> Fields {
    Fields::from([("extId", format!("crm-{of}")), ("lastName", format!("Byron {number}"))])
}

/// The row as a request of the API.
pub(super) fn body(fields: &Fields) -> Value {
    let mut body = Map::new();
    for (path, text) in fields {
        let value = match text.as_str() {
            "true" | "false" => json!(text == "true"),
            _ => json!(text),
        };
        match path.split_once('.') {
            None => drop(body.insert((*path).to_owned(), value)),
            Some((group, member)) => body.entry(group).or_insert_with(|| json!({}))[member] = value,
        }
    }
    Value::Object(body)
}

/// The customer in the list, without generated values.
pub(super) fn listed(fields: &Fields) -> Value {
    let policies = ["privacy", "termsOfUse"].map(|name| json!({"name": name, "accepted": true}));
    let mut customer = json!({"locked": true, "signupMethod": "external", "policies": policies});
    for (path, text) in fields {
        match *path {
            "extId" => customer["extId"] = json!({"id": text}),
            "gender" => customer["gender"] = json!("female"),
            "language" | "policies.privacy" | "policies.termsOfUse" => {}
            path => customer[path] = json!(text),
        }
    }
    customer
}
