//! The results of the rows.

use c4w_client::Field;
use indicatif::HumanCount;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The result of a row that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Created,
    Updated,
    /// Created or updated; the server does not say which.
    Written,
}

/// The number of rows per result.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) written: u64,
    pub(super) rejected: u64,
}

/// Details of the counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    /// Rejected rows whose values belong to other customers.
    pub(super) conflicts: u64,
    /// Created customers that are locked.
    pub(super) locked: u64,
    /// Known customers for whom --accept-policies recorded a consent.
    #[serde(default)]
    pub(super) assumed_consents: u64,
}

/// The reasons why a row was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The reasons, one per field.
    pub(super) reasons: Vec<String>,
    /// Whether it conflicts with another customer.
    pub(super) is_conflict: bool,
}

impl Refusal {
    /// The row is invalid.
    pub(super) const fn invalid(reasons: Vec<String>) -> Self {
        Self { reasons, is_conflict: false }
    }

    /// The row is valid, but its values belong to several customers or to another one.
    pub(super) const fn conflict(reasons: Vec<String>) -> Self {
        Self { reasons, is_conflict: true }
    }
}

impl Tally {
    pub(super) const fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Created => &mut self.created,
            Outcome::Updated => &mut self.updated,
            Outcome::Written => &mut self.written,
        };
        *count += 1;
    }

    pub(super) const fn rows(&self) -> u64 {
        self.created + self.updated + self.written + self.rejected
    }

    /// The summary for programs.
    pub(super) fn to_json(&self, details: &Details) -> Value {
        let Self { created, updated, written, rejected } = self;
        let Details { conflicts, locked, .. } = details;
        json!({
            "rows": self.rows(), "created": created, "updated": updated, "createdOrUpdated": written, "rejected": rejected,
            "conflicts": conflicts, "refused": rejected.saturating_sub(*conflicts), "locked": locked,
        })
    }

    /// The counts in short form, for the terminal.
    pub(super) fn to_text(&self) -> String {
        self.in_words("", "")
    }

    /// The summary for people.
    pub(super) fn summary(&self, details: &Details) -> String {
        let Details { conflicts, locked, .. } = *details;
        let refused = self.rejected.saturating_sub(conflicts);
        let parts = [(conflicts, "in conflict"), (refused, "refused")].into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<_> = parts.map(|(count, what)| format!("{} {what}", HumanCount(count))).collect();
        let locked = if locked == 0 { String::new() } else { format!(" ({} of them locked)", HumanCount(locked)) };
        self.in_words(&locked, &format!(" ({})", parts.join(", ")))
    }

    fn in_words(&self, of_created: &str, of_rejected: &str) -> String {
        let Self { created, updated, written, rejected } = self;
        let counts = [
            (created, "created", of_created),
            (updated, "updated", ""),
            (written, "created or updated", ""),
            (rejected, "rejected", of_rejected),
        ];
        let counts = counts.iter().filter(|(count, ..)| **count > 0);
        let counts: Vec<_> =
            counts.map(|(count, what, more)| format!("{} {what}{more}", HumanCount(**count))).collect();
        let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
        let rows = if self.rows() == 1 { "row" } else { "rows" };
        format!("{} {rows}{counts}", HumanCount(self.rows()))
    }
}

/// The reasons why a row was refused, one per field.
pub(super) fn reasons(message: &str, fields: &[Field]) -> Vec<String> {
    if fields.is_empty() {
        return vec![message.to_owned()];
    }
    fields.iter().map(|field| format!("{}: {}", field.field, field.message)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_there_is_is_told() {
        assert_eq!(Tally::default().to_text(), "0 rows");
        let mut tally = Tally { created: 1, ..Tally::default() };
        assert_eq!(tally.to_text(), "1 row: 1 created");
        tally = Tally { created: 1_000_000, rejected: 1, ..tally };
        assert_eq!(tally.to_text(), "1,000,001 rows: 1,000,000 created, 1 rejected");
        let details = Details { locked: 1000, ..Details::default() };
        let summary = "1,000,001 rows: 1,000,000 created (1,000 of them locked), 1 rejected (1 refused)";
        assert_eq!(tally.summary(&details), summary);
        tally = Tally { rejected: 3, ..Tally::default() };
        let details = Details { conflicts: 2, ..Details::default() };
        assert_eq!(tally.summary(&details), "3 rows: 3 rejected (2 in conflict, 1 refused)");
        assert_eq!(
            (&tally.to_json(&details)["conflicts"], &tally.to_json(&details)["refused"]),
            (&json!(2), &json!(1))
        );
    }
}
