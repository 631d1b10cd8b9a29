//! Rows, as what they say and not as they are written.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// A field by its path, and its text.
pub(super) type Fields = BTreeMap<&'static str, String>;

/// Which row of a file says what.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A customer of its own.
    Good,
    /// What is said once more of the customer of this row.
    Again(usize),
    /// The fault with this number.
    Faulty(usize),
}

/// Every seventh is faulty, and some of the others are about customers that have come before, near and far.
pub(super) fn role(number: usize) -> Role {
    let before = number.saturating_sub(if number.is_multiple_of(2) { 1 } else { 900 });
    match number % 7 {
        3 => Role::Faulty(number / 7),
        5 if before > 0 && role(before) == Role::Good => Role::Again(before),
        _ => Role::Good,
    }
}

/// The last row before this one with a customer of its own, and at least so far away.
pub(super) fn good_before(number: usize, distance: usize) -> usize {
    (0..=number.saturating_sub(distance)).rev().find(|before| role(*before) == Role::Good).unwrap()
}

/// A row without fault.
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

/// What the row says once more of another one's customer; the policies need not be accepted again.
pub(super) fn again(number: usize, of: usize) -> Fields {
    Fields::from([("extId", format!("crm-{of}")), ("lastName", format!("Byron {number}"))])
}

/// The row as the API takes it.
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

/// The customer as the list has it, without what the registry makes up.
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
