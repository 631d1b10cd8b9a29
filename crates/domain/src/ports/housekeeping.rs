//! The store of housekeeping's state.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::housekeeping::Reached;

/// Stores the state of housekeeping: see [`crate::housekeeping`]. Several instances share it.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait HousekeepingStore: Send + Sync {
    /// The recorded state; `None` before the first time.
    ///
    /// # Errors
    /// The store failed.
    async fn reached(&self) -> Result<Option<Reached>, StoreError>;

    /// Records `to` if `from` is the recorded state, and returns the state that is then recorded: that of another
    /// instance, if it was faster.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn reach(&self, from: Option<Reached>, to: Reached) -> Result<Reached, StoreError>;

    /// A recent time at which something was written; `None` if there is none. It need not be the latest.
    ///
    /// # Errors
    /// The store failed.
    async fn written_at(&self) -> Result<Option<Timestamp>, StoreError>;
}
