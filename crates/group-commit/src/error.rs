//! Errors between a caller and the store.

use domain::ports::StoreError;

/// The queue for the store is full. No command of the call was queued; it may succeed later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{waiting} of at most {limit} commands are already queued for the store")]
pub struct QueueFull {
    /// The number of queued commands.
    pub waiting: usize,
    /// The maximum number of queued commands.
    pub limit: usize,
}

impl From<QueueFull> for StoreError {
    fn from(full: QueueFull) -> Self {
        Self::Unavailable(full.into())
    }
}

/// A batch ended in a way that no store may cause. How much of it was written is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    #[error("the store panicked")]
    Panicked,
    #[error("the store gave {answers} answers to {commands} commands")]
    WrongAnswers { commands: usize, answers: usize },
    /// The runtime that carried the batch out was shut down.
    #[error("the batch was dropped before it was answered")]
    Dropped,
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        Self::Internal(fault.into())
    }
}
