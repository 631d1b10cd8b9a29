//! Identifying values that many people of the file share: placeholders, and addresses of a household or a business.
//! Customers that are looked up by such a value would be merged into one.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use c4w_client::Body;
use serde_json::Value;

use super::single::identities;

/// How many different people may share a value before it identifies none of them, by how they are distinguished: by
/// another value for --deduplicate, whose conflicts the registry reports itself; by a value that identifies otherwise;
/// by first and last name; by one name.
const OTHER_VALUES: usize = 8;
const OTHER_IDENTITIES: usize = 3;
const NAMES: usize = 8;
const NAME: usize = 10;
/// The same for placeholders.
const PLACEHOLDER: usize = 2;
/// The maximum number of values in memory. Above it, values of a single person are removed.
const REMEMBERED: usize = 200_000;

/// Common placeholders of missing values.
const PLACEHOLDERS: [&str; 22] = [
    "unknown",
    "none",
    "test",
    "guest",
    "anonymous",
    "missing",
    "empty",
    "blank",
    "default",
    "dummy",
    "unbekannt",
    "keine",
    "gast",
    "sconosciuto",
    "nessuno",
    "ospite",
    "inconnu",
    "aucun",
    "desconocido",
    "ninguno",
    "n.a.",
    "tbd",
];

/// The known owners of values.
pub(super) struct Shared {
    names: Vec<String>,
    hasher: RandomState,
    people: HashMap<u64, Vec<Person>>,
}

/// What distinguishes one person from another.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Person {
    by: By,
    hash: u32,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    OtherValue,
    OtherIdentity,
    Names,
    Name,
}

impl By {
    const ALL: [(Self, usize); 4] = [
        (Self::OtherValue, OTHER_VALUES),
        (Self::OtherIdentity, OTHER_IDENTITIES),
        (Self::Names, NAMES),
        (Self::Name, NAME),
    ];
}

impl Shared {
    /// The values that identify customers. A device may be shared, which the registry handles itself.
    pub(super) fn new(deduplicate: &[String]) -> Self {
        let names = deduplicate.iter().filter(|name| *name != "guid").cloned().collect();
        Self { names, hasher: RandomState::new(), people: HashMap::new() }
    }

    /// The reason why one of the customer's values cannot identify it, if there is one.
    pub(super) fn see(&mut self, customer: &Body) -> Option<String> {
        let values = identities(customer, &self.names).into_iter();
        let values: Vec<_> = values.map(|(name, value)| (name, value.trim().to_lowercase())).collect();
        let mut reason = None;
        for (name, value) in &values {
            let Some(person) = self.person(customer, name, &values).filter(|_| may_be_valid(name, value)) else {
                continue;
            };
            let key = self.hasher.hash_one((name, value));
            self.forget();
            let people = self.people.entry(key).or_default();
            if people.len() < NAME && !people.contains(&person) {
                people.push(person);
            }
            let placeholder = is_placeholder(name, value);
            let shared = By::ALL.into_iter().any(|(by, limit)| {
                let limit = if placeholder { PLACEHOLDER } else { limit };
                people.iter().filter(|it| it.by == by).count() >= limit
            });
            if shared {
                reason.get_or_insert_with(|| {
                    format!("{name}: {value:?} stands in rows of different people, so it identifies none of them")
                });
            }
        }
        reason
    }

    /// The person, identified by something other than this value.
    fn person(&self, customer: &Body, name: &str, values: &[(String, String)]) -> Option<Person> {
        let person = |by, hash: u64| Person { by, hash: u32::try_from(hash >> 32).unwrap_or_default() };
        let text =
            |field: &str| customer.get(field).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
        let others: Vec<_> = values.iter().filter(|(other, _)| other != name).collect();
        if !others.is_empty() {
            return Some(person(By::OtherValue, self.hasher.hash_one(others)));
        }
        let other = ["email", "phoneNumber", "extId"].into_iter().find(|field| *field != name && text(field).is_some());
        if let Some(field) = other {
            return Some(person(By::OtherIdentity, self.hasher.hash_one((field, text(field).map(str::to_lowercase)))));
        }
        let names = ["firstName", "lastName"].map(|field| text(field).map(str::to_lowercase));
        match &names {
            [Some(_), Some(_)] => Some(person(By::Names, self.hasher.hash_one(&names))),
            [None, None] => None,
            _ => Some(person(By::Name, self.hasher.hash_one(&names))),
        }
    }

    fn forget(&mut self) {
        if self.people.len() >= REMEMBERED {
            self.people.retain(|_, people| people.len() > 1);
        }
        if self.people.len() >= REMEMBERED {
            self.people.clear();
        }
    }
}

/// Whether the registry may accept the value: it reports the errors of others itself.
fn may_be_valid(name: &str, value: &str) -> bool {
    match name {
        "email" => value.matches('@').count() == 1 && value.contains('.'),
        "phoneNumber" => value.starts_with('+') && value.len() > 6,
        _ => true,
    }
}

/// Whether a value looks like a placeholder: a known word, one repeated character, or nothing but punctuation.
fn is_placeholder(name: &str, value: &str) -> bool {
    let value = value.to_lowercase();
    let word = if name == "email" { value.split('@').next().unwrap_or_default() } else { &value };
    let digits = value.trim_start_matches('+');
    let first = digits.chars().next();
    let repeated = first.is_some_and(|first| first.is_ascii_digit() && digits.chars().all(|it| it == first));
    PLACEHOLDERS.contains(&word)
        || !value.chars().any(char::is_alphanumeric)
        || repeated && (digits.len() > 2 || first == Some('0'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Whether each of these rows is refused.
    fn refused(names: &[&str], rows: impl Iterator<Item = Value>) -> Vec<bool> {
        let mut shared = Shared::new(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        rows.map(|row| shared.see(row.as_object().unwrap()).is_some()).collect()
    }

    #[test]
    fn a_value_of_many_people_identifies_nobody() {
        let rows =
            |value: &'static str| (0..12).map(move |n| json!({"extId": value, "email": format!("a{n}@example.org")}));
        assert_eq!(refused(&["extId"], rows("crm")), [[false; 2].to_vec(), vec![true; 10]].concat());
        assert_eq!(refused(&["extId"], rows("0")), [[false; 1].to_vec(), vec![true; 11]].concat());
        let rows = (0..12).map(|n| json!({"extId": n.to_string(), "email": "info@example.org"}));
        assert_eq!(refused(&["extId", "email"], rows), [[false; 7].to_vec(), vec![true; 5]].concat());
        let rows = (0..12).map(|n| json!({"extId": "crm", "firstName": "A", "lastName": n.to_string()}));
        assert!(refused(&["extId"], rows)[7]);
    }

    #[test]
    fn one_person_may_come_often() {
        let rows = (0..100).map(|n| json!({"extId": "0", "email": "a@example.org", "custom": {"visit": n}}));
        assert!(!refused(&["extId"], rows).contains(&true));
        let rows = (0..5).map(|n| json!({"extId": "crm-1", "firstName": format!("Ada {n}")}));
        assert!(!refused(&["extId"], rows).contains(&true));
        let rows = (0..100).map(|n| json!({"device": {"guid": "kiosk"}, "email": format!("{n}@example.org")}));
        assert!(!refused(&["guid", "email"], rows).contains(&true));
    }

    #[test]
    fn placeholders_are_known() {
        for (name, value) in [
            ("extId", "-"),
            ("extId", "0"),
            ("extId", "unknown"),
            ("phoneNumber", "+999999999"),
            ("email", "test@example.org"),
        ] {
            assert!(is_placeholder(name, value), "{value}");
        }
        for (name, value) in
            [("extId", "10"), ("extId", "a-1"), ("email", "tester@example.org"), ("phoneNumber", "+393331234567")]
        {
            assert!(!is_placeholder(name, value), "{value}");
        }
    }
}
