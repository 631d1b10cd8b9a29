//! The customers that a dry run would have created or changed. Since nothing is written, the server does not find them
//! again, unless their rows are close together.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use c4w_client::Body;
use c4w_client::wire::{BatchRow, Text};
use domain::value::{Username, visible};

use super::batch::refusal;
use super::single::found_by;
use super::tally::{Outcome, Refusal};

/// Codes of rows that would succeed if their customers existed.
const OF_CREATION: [&str; 2] = ["policy_not_accepted", "username_taken"];
/// The value that identifies a device, not a person.
const GUID: &str = "guid";

/// Hashes of values with their owners; a million of them take some fifty megabytes while the table grows.
#[derive(Default)]
pub(super) struct Rehearsed {
    hasher: RandomState,
    owners: HashMap<u64, u32>,
    usernames: HashSet<u64>,
    /// Which customers have an identifying value of which name; recorded when devices are looked up.
    named: HashSet<u64>,
    people: u32,
}

impl Rehearsed {
    /// The result of this customer's row, given the server's answer.
    pub(super) fn judge(&mut self, customer: &[u8], names: &[String], told: BatchRow) -> Result<Outcome, Refusal> {
        let outcome = told.outcome.as_ref().map(Text::as_str);
        let of_creation = told.code.as_ref().is_some_and(|code| OF_CREATION.contains(&code.as_str()));
        if outcome.is_none() && !of_creation {
            return Err(refusal(told));
        }
        let values = found_by(customer, names);
        if let Some(person) = self.find(&values)? {
            self.keep(person, &values);
            return Ok(Outcome::Updated);
        }
        let outcome = match outcome {
            None => return Err(refusal(told)),
            Some("updated") => Outcome::Updated,
            Some(_) if self.takes_username(customer) => Outcome::Created,
            Some(_) => return Err(Refusal::conflict(vec!["username: belongs to another customer".to_owned()])),
        };
        self.people += 1;
        self.keep(self.people, &values);
        Ok(outcome)
    }

    /// The customer that these values would find, or the conflict.
    fn find(&self, values: &[(String, String)]) -> Result<Option<u32>, Refusal> {
        let owner = |value: &(String, String)| self.owners.get(&self.hasher.hash_one(value)).copied();
        let identity = || values.iter().filter(|(name, _)| name != GUID);
        let hits: Vec<_> = identity().filter_map(|value| Some((&value.0, owner(value)?))).collect();
        if hits.iter().any(|(_, person)| *person != hits[0].1) {
            let reasons = hits.iter().map(|(name, _)| format!("{name}: belongs to a customer of its own"));
            return Err(Refusal::conflict(reasons.collect()));
        }
        let device = || {
            let person = owner(values.iter().find(|(name, _)| name == GUID)?)?;
            let contradicts = identity().any(|(name, _)| self.named.contains(&self.hasher.hash_one((person, name))));
            (!contradicts).then_some(person)
        };
        Ok(hits.first().map(|(_, person)| *person).or_else(device))
    }

    fn keep(&mut self, person: u32, values: &[(String, String)]) {
        let devices = values.iter().any(|(name, _)| name == GUID);
        for value in values {
            self.owners.entry(self.hasher.hash_one(value)).or_insert(person);
            if devices && value.0 != GUID {
                self.named.insert(self.hasher.hash_one((person, &value.0)));
            }
        }
    }

    /// Whether the username that the row requests, if any, is unused by earlier rows.
    fn takes_username(&mut self, customer: &[u8]) -> bool {
        let body: Body = serde_json::from_slice(customer).unwrap_or_default();
        let name = body.get("username").and_then(|name| name.as_str()).filter(|name| !visible(name).is_empty());
        let name = name.map(|name| Username::parse(name).map_or(name.to_owned(), |name| name.as_str().to_owned()));
        name.is_none_or(|name| self.usernames.insert(self.hasher.hash_one(name)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The results of consecutive rows, given the server's answers.
    fn judged(names: &[&str], rows: &[(Value, Value)]) -> Vec<Option<Outcome>> {
        let (mut rehearsed, names) =
            (Rehearsed::default(), names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
        let judge = |(customer, told): &(Value, Value)| {
            let told = serde_json::from_value(told.clone()).unwrap();
            rehearsed.judge(customer.to_string().as_bytes(), &names, told).ok()
        };
        rows.iter().map(judge).collect()
    }

    const CREATED: Option<Outcome> = Some(Outcome::Created);
    const UPDATED: Option<Outcome> = Some(Outcome::Updated);

    #[test]
    fn who_would_be_there_is_met() {
        let created = json!({"outcome": "created"});
        let refused = |code: &str| json!({"code": code});
        let rows = [
            (json!({"email": "Ada@B.org", "extId": "1", "username": "ada"}), created.clone()),
            (json!({"email": "ada@b.org"}), created.clone()),
            (json!({"email": "bob@b.org", "extId": "2"}), created.clone()),
            (json!({"email": "ada@b.org", "extId": "2"}), created.clone()),
            (json!({"extId": "3", "username": "ada"}), created.clone()),
            (json!({"extId": "2"}), refused("policy_not_accepted")),
            (json!({"extId": "3"}), refused("policy_not_accepted")),
            (json!({"extId": "2"}), refused("invalid_parameters")),
            (json!({"extId": "4"}), json!({"outcome": "updated"})),
            (json!({"extId": "4"}), created),
        ];
        let expected = [CREATED, UPDATED, CREATED, None, None, UPDATED, None, None, UPDATED, UPDATED];
        assert_eq!(judged(&["email", "extId"], &rows), expected);
    }

    #[test]
    fn values_are_compared_as_the_registry_compares_them() {
        let created = json!({"outcome": "created"});
        let rows = [
            (json!({"phoneNumber": "+44 (0)20 7946 0958", "email": "ada@bücher.example"}), created.clone()),
            (json!({"phoneNumber": "\u{202A}+44 20-7946-0958\u{202C}"}), created.clone()),
            (json!({"email": "ADA@xn--bcher-kva.example\u{200B}"}), created.clone()),
            // The digits are equal, the numbers are not.
            (json!({"phoneNumber": "442079460958"}), created.clone()),
            (json!({"phoneNumber": "\u{200B}"}), created),
        ];
        assert_eq!(judged(&["phoneNumber", "email"], &rows), [CREATED, UPDATED, UPDATED, CREATED, CREATED]);
    }

    #[test]
    fn a_device_leads_only_to_whom_nothing_contradicts() {
        let created = json!({"outcome": "created"});
        let device = json!({"guid": "g"});
        let rows = [
            (json!({"device": device, "extId": "1"}), created.clone()),
            (json!({"device": device}), created.clone()),
            (json!({"device": device, "email": "ada@b.org"}), created.clone()),
            (json!({"device": device, "extId": "2"}), created),
        ];
        assert_eq!(judged(&["guid", "email", "extId"], &rows), [CREATED, UPDATED, UPDATED, CREATED]);
    }
}
