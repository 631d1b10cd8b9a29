//! Notes on values that an import changed, counted for the summary.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use indicatif::HumanCount;
use serde_json::{Map, Value, json};

/// The maximum number of texts and fields that are listed; a file may have any number.
const LISTED: usize = 20;

/// The notes so far, shared by the reader and the reporter.
#[derive(Debug, Clone, Default)]
pub(super) struct Notes(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    /// Texts that were read as a missing value.
    missing: BTreeMap<String, u64>,
    /// Fields whose values were converted: another date format, a name for a code.
    changed: BTreeMap<String, u64>,
    /// Fields whose invalid values were dropped.
    dropped: BTreeMap<String, u64>,
    /// JSON members whose field another member holds that the user named.
    unread: BTreeMap<String, u64>,
    /// Rows without any of the values by which customers are found.
    unidentified: u64,
}

impl Notes {
    pub(super) fn missing(&self, text: &str) {
        self.count(|counts| &mut counts.missing, text);
    }

    pub(super) fn changed(&self, field: &str) {
        self.count(|counts| &mut counts.changed, field);
    }

    pub(super) fn dropped(&self, field: &str) {
        self.count(|counts| &mut counts.dropped, field);
    }

    pub(super) fn unread(&self, member: &str) {
        self.count(|counts| &mut counts.unread, member);
    }

    pub(super) fn unidentified(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unidentified += 1;
    }

    fn count(&self, which: impl FnOnce(&mut Counts) -> &mut BTreeMap<String, u64>, key: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counts = which(&mut counts);
        if counts.contains_key(key) || counts.len() < LISTED {
            *counts.entry(key.to_owned()).or_default() += 1;
        }
    }

    /// A sentence for each kind of note. `names` are the values that identify customers.
    pub(super) fn to_text(&self, names: &[String]) -> Vec<String> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let list = |counts: &BTreeMap<String, u64>, quoted: bool| {
            let one = |(key, count): (&String, &u64)| {
                let key = if quoted { format!("{key:?}") } else { key.clone() };
                format!("{key} ({})", HumanCount(*count))
            };
            counts.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        let mut text = Vec::new();
        if !counts.missing.is_empty() {
            text.push(format!("read as missing values: {}", list(&counts.missing, true)));
        }
        if !counts.changed.is_empty() {
            text.push(format!("values read in another form: {}", list(&counts.changed, false)));
        }
        if !counts.dropped.is_empty() {
            text.push(format!("values left out because they are not valid: {}", list(&counts.dropped, false)));
        }
        if !counts.unread.is_empty() {
            text.push(format!(
                "members that were not imported, since another one is their field: {}",
                list(&counts.unread, false)
            ));
        }
        if counts.unidentified > 0 {
            text.push(format!(
                "rows without a value for --deduplicate ({}): {}; each import of them creates new customers",
                names.join(", "),
                HumanCount(counts.unidentified)
            ));
        }
        text
    }

    /// The notes for programs: members of the summary.
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Counts { missing, changed, dropped, unread, unidentified } = &*counts;
        let groups = [("missing", missing), ("changed", changed), ("dropped", dropped), ("unread", unread)];
        let groups = groups.into_iter().filter(|(_, counts)| !counts.is_empty());
        let groups = groups.map(|(name, counts)| (name.to_owned(), json!(counts)));
        let unidentified = (*unidentified > 0).then(|| ("unidentified".to_owned(), json!(unidentified)));
        groups.chain(unidentified).collect()
    }
}
