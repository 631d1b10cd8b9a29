//! Whom a dry run would have created or changed: since nothing is written, the server does not find them again, unless they
//! are near.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use c4w_client::Body;
use c4w_client::wire::{BatchRow, Text};

use super::batch::refusal;
use super::record::Record;
use super::single::found_by;
use super::tally::Outcome;

/// What is said of rows that would be carried out if their customers were there.
const OF_CREATION: [&str; 2] = ["policy_not_accepted", "username_taken"];
/// The value that names a device, and not a person.
const GUID: &str = "guid";

/// Hashes of values and whose they are; a million of them take some ten megabytes.
#[derive(Default)]
pub(super) struct Rehearsed {
    hasher: RandomState,
    owners: HashMap<u64, u32>,
    usernames: HashSet<u64>,
    /// Who has an identity value of which name; noted when devices are looked for.
    named: HashSet<u64>,
    people: u32,
}

impl Rehearsed {
    /// What would become of the row, of which the server says this.
    pub(super) fn judge(&mut self, record: &Record, names: &[String], told: BatchRow) -> Result<Outcome, Vec<String>> {
        let outcome = told.outcome.as_ref().map(Text::as_str);
        let of_creation = told.code.as_ref().is_some_and(|code| OF_CREATION.contains(&code.as_str()));
        if outcome.is_none() && !of_creation {
            return Err(refusal(told));
        }
        let customer = record.customer.as_deref().unwrap_or_default();
        let values = found_by(customer, names);
        if let Some(person) = self.find(&values)? {
            self.keep(person, &values);
            return Ok(Outcome::Updated);
        }
        let outcome = match outcome {
            None => return Err(refusal(told)),
            Some("updated") => Outcome::Updated,
            Some(_) if self.takes_username(customer) => Outcome::Created,
            Some(_) => return Err(vec!["username: belongs to another customer".to_owned()]),
        };
        self.people += 1;
        self.keep(self.people, &values);
        Ok(outcome)
    }

    /// Who would be found by these values, or why nobody.
    fn find(&self, values: &[(String, String)]) -> Result<Option<u32>, Vec<String>> {
        let owner = |value: &(String, String)| self.owners.get(&self.hasher.hash_one(value)).copied();
        let identity = || values.iter().filter(|(name, _)| name != GUID);
        let hits: Vec<_> = identity().filter_map(|value| Some((&value.0, owner(value)?))).collect();
        if hits.iter().any(|(_, person)| *person != hits[0].1) {
            return Err(hits.iter().map(|(name, _)| format!("{name}: belongs to a customer of its own")).collect());
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

    /// Whether nobody before has the name that the row asks for, if it does.
    fn takes_username(&mut self, customer: &[u8]) -> bool {
        let body: Body = serde_json::from_slice(customer).unwrap_or_default();
        let name = body.get("username").and_then(|name| name.as_str()).filter(|name| !name.trim().is_empty());
        name.is_none_or(|name| self.usernames.insert(self.hasher.hash_one(name)))
    }
}
