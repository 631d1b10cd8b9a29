//! Where it is recorded what was taken away.

use async_trait::async_trait;

use super::StoreError;
use crate::ledger::Entry;

/// Keeps the ledger outside of the database: see [`crate::ledger`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Appends entries, in this order. They are durable when this returns. Appending one twice is harmless.
    /// Appending none MUST succeed, also when the ledger cannot be written.
    ///
    /// # Errors
    /// They are not recorded, so what they record MUST NOT be answered as done.
    async fn append(&self, entries: Vec<Entry>) -> Result<(), StoreError>;
}
