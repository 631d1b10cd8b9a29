//! The store of the ledger.

use async_trait::async_trait;

use super::StoreError;
use crate::ledger::Entry;

/// Stores the ledger outside the database: see [`crate::ledger`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Appends entries, in this order. They are durable when this returns. Appending one twice is harmless. Appending
    /// none MUST succeed, even if the ledger cannot be written.
    ///
    /// # Errors
    /// They are not recorded, so what they record MUST NOT be reported as done.
    async fn append(&self, entries: Vec<Entry>) -> Result<(), StoreError>;
}
