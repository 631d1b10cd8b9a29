//! Whom a dry run would have created: since nothing is written, the server does not find them again.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::record::Record;
use super::single::found_by;

/// Hashes of the values by which they would be found; a million of them take some ten megabytes.
#[derive(Default)]
pub(super) struct Rehearsed {
    hasher: RandomState,
    values: HashSet<u64>,
}

impl Rehearsed {
    /// Whether one of them would have been found by this row. If not, it is one more.
    pub(super) fn has_met(&mut self, record: &Record, names: &[String]) -> bool {
        let customer = record.customer.as_deref().unwrap_or_default();
        let values = found_by(customer, names);
        let hashes: Vec<_> = values.iter().map(|value| self.hasher.hash_one(value)).collect();
        let met = hashes.iter().any(|hash| self.values.contains(hash));
        self.values.extend(hashes);
        met
    }
}
