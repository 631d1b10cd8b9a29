//! How a store fails.

use std::error::Error;
use std::fmt;

/// An error with all its causes, from the outermost to the innermost, joined by `: `. For log lines.
///
/// A log in JSON prints no more than the text of an error itself, and "the store failed" helps no administrator. Many
/// errors repeat their cause in their own text; a cause whose text was already written is left out.
#[derive(Debug, Clone, Copy)]
pub struct ErrorChain<'a>(pub &'a (dyn Error + 'a));

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = String::new();
        let mut next = Some(self.0);
        while let Some(error) = next {
            let text = error.to_string();
            if !written.contains(&text) {
                let separator = if written.is_empty() { "" } else { ": " };
                write!(f, "{separator}{text}")?;
                written = written + separator + &text;
            }
            next = error.source();
        }
        Ok(())
    }
}

/// The cause of a failure, for the log.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A store could not do what it was asked. Nothing of the call was written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Not now: the database is away, busy or full. The same call may work later.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// What is stored cannot be read.
    #[error(transparent)]
    Corrupt(#[from] CorruptRow),
    /// The store itself is at fault.
    #[error("the store failed")]
    Internal(#[source] BoxError),
}

impl StoreError {
    /// The call failed, and may have been carried out all the same: see [`OutcomeUnknown`].
    pub fn is_outcome_unknown(&self) -> bool {
        let mut cause: Option<&(dyn Error + 'static)> = Some(self);
        while let Some(error) = cause {
            if error.is::<OutcomeUnknown>() {
                return true;
            }
            cause = error.source();
        }
        false
    }
}

/// The answer to a COMMIT is lost, and it cannot be found out whether it was carried out. It is among the sources of a
/// [`StoreError`].
#[derive(Debug, thiserror::Error)]
#[error("the outcome of a commit is not known")]
pub struct OutcomeUnknown(#[source] pub BoxError);

/// A stored row that is no value of the domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unreadable row: table {table}, column {column}, id {id}")]
pub struct CorruptRow {
    /// The table.
    pub table: &'static str,
    /// The first column that cannot be read.
    pub column: &'static str,
    /// The row's id.
    pub id: String,
}

/// Why something was not done for a customer.
#[derive(Debug)]
pub enum CustomerError {
    /// There is no such customer.
    UnknownCustomer,
    /// The customer belongs to another organization.
    ForeignCustomer,
    /// The store failed.
    Store(StoreError),
}

impl From<StoreError> for CustomerError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_has_every_cause_once() {
        let row = CorruptRow { table: "customer", column: "email", id: "1".to_owned() };
        let text = row.to_string();
        let error = StoreError::Unavailable(Box::new(StoreError::Corrupt(row)));
        assert_eq!(ErrorChain(&error).to_string(), format!("the store is unavailable: {text}"));
    }

    #[test]
    fn a_cause_that_an_error_repeats_is_written_once() {
        #[derive(Debug, thiserror::Error)]
        #[error("error communicating with database: {0}")]
        struct Repeating(#[source] std::io::Error);
        let error = StoreError::Unavailable(Box::new(Repeating(std::io::Error::other("connection refused"))));
        let expected = "the store is unavailable: error communicating with database: connection refused";
        assert_eq!(ErrorChain(&error).to_string(), expected);
    }
}
