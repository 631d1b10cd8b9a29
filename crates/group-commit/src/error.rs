//! What goes wrong between a caller and the store.

use domain::ports::StoreError;

/// Too much waits for the store already. Nothing of the call was queued; it may work later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{waiting} commands wait for the store already, of {limit} that may")]
pub struct QueueFull {
    /// Commands that wait.
    pub waiting: usize,
    /// How many may wait.
    pub limit: usize,
}

impl From<QueueFull> for StoreError {
    fn from(full: QueueFull) -> Self {
        Self::Unavailable(full.into())
    }
}

/// A batch came to an end that no store may make. Nobody knows what of it was written.
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
