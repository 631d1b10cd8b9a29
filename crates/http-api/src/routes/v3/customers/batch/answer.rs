//! The answers to the rows of a batch.

use domain::ports::{Outcome, Written};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiError;
use crate::wire::{ErrorField, KO, OK};

const CREATED: &str = "created";

/// The result of one row of a batch. Members without a value are absent.
#[derive(Serialize, ToSchema)]
#[schema(as = batchRow)]
pub(crate) struct BatchRow {
    /// The line's number in the request; blank lines count.
    #[schema(example = 1)]
    line: u64,
    /// OK, or KO if nothing of the row was written.
    #[schema(example = "OK")]
    status: &'static str,
    /// `created` or `updated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, example = "created")]
    outcome: Option<&'static str>,
    /// The customer's id, except for a new customer in a dry run.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, example = "0197f2c8d0a07c53b0d1f1f4b0c7a004")]
    id: Option<String>,
    /// A stable code for programs, as in any other error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    code: Option<&'static str>,
    /// One sentence for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    message: Option<String>,
    /// The invalid fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<ErrorField>,
}

/// The last line of the response, which counts the rows. A response without it is incomplete, and if its counts differ
/// from the rows that the client sent and the answers that it read, some were lost on the way.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[schema(as = batchEnd)]
pub(crate) struct BatchEnd {
    /// Whether every row of the request has an answer. Otherwise the rows after the last answer were not carried out.
    pub(super) complete: bool,
    /// The number of answered rows.
    #[schema(example = 3)]
    pub(super) rows: u64,
    /// Rows that created a customer.
    #[schema(example = 1)]
    pub(super) created: u64,
    /// Rows that updated an existing customer.
    #[schema(example = 1)]
    pub(super) updated: u64,
    /// Rows that were refused.
    #[schema(example = 1)]
    pub(super) refused: u64,
}

impl BatchEnd {
    /// Counts a row.
    pub(super) fn count(&mut self, row: &BatchRow) {
        self.rows += 1;
        let count = match row.outcome {
            Some(CREATED) => &mut self.created,
            Some(_) => &mut self.updated,
            None => &mut self.refused,
        };
        *count += 1;
    }
}

impl BatchRow {
    /// In a dry run, a new customer has no id.
    pub(super) fn written(line: u64, written: &Written, rehearsal: bool) -> Self {
        let outcome = match written.outcome {
            Outcome::Created => CREATED,
            Outcome::Updated | Outcome::Erased => "updated",
        };
        let exists = !rehearsal || written.outcome != Outcome::Created;
        let id = exists.then(|| written.customer.id.to_string());
        Self { line, status: OK, outcome: Some(outcome), id, code: None, message: None, errors: Vec::new() }
    }

    pub(super) fn refused(line: u64, error: &ApiError) -> Self {
        Self {
            line,
            status: KO,
            outcome: None,
            id: None,
            code: Some(error.status_and_code().1),
            message: Some(error.message().to_owned()),
            errors: error.violations().into_iter().map(ErrorField::from).collect(),
        }
    }
}
