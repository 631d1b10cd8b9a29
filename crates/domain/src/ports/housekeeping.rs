//! Where housekeeping keeps the time that it trusts.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::housekeeping::Reached;

/// Keeps how far housekeeping has come: see [`crate::housekeeping`]. Several instances share it.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait HousekeepingStore: Send + Sync {
    /// What was recorded; `None` before the first time.
    ///
    /// # Errors
    /// The store failed.
    async fn reached(&self) -> Result<Option<Reached>, StoreError>;

    /// Records `to` when `from` is what was recorded so far, and returns what is recorded then: that of another instance,
    /// when that was quicker.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn reach(&self, from: Option<Reached>, to: Reached) -> Result<Reached, StoreError>;

    /// A late time at which something was written; `None` when nothing tells. It need not be the latest.
    ///
    /// # Errors
    /// The store failed.
    async fn written_at(&self) -> Result<Option<Timestamp>, StoreError>;
}
