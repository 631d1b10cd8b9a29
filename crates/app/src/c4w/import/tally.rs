//! What became of the rows.

use c4w_client::Field;
use indicatif::HumanCount;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What became of a row that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Created,
    Updated,
    /// One of the two; the server does not say which.
    Written,
}

/// How many rows of which outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) created: u64,
    pub(super) updated: u64,
    pub(super) written: u64,
    pub(super) rejected: u64,
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

    pub(super) fn to_json(&self) -> Value {
        let Self { created, updated, written, rejected } = self;
        json!({
            "rows": self.rows(), "created": created, "updated": updated, "createdOrUpdated": written, "rejected": rejected,
        })
    }

    pub(super) fn to_text(&self) -> String {
        let Self { created, updated, written, rejected } = self;
        let counts =
            [(created, "created"), (updated, "updated"), (written, "created or updated"), (rejected, "rejected")];
        let counts = counts.iter().filter(|(count, _)| **count > 0);
        let counts: Vec<_> = counts.map(|(count, what)| format!("{} {what}", HumanCount(**count))).collect();
        let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
        let rows = if self.rows() == 1 { "row" } else { "rows" };
        format!("{} {rows}{counts}", HumanCount(self.rows()))
    }
}

/// Why a row was refused, a reason for each field.
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
    }
}
