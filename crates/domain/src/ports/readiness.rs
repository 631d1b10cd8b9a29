//! Whether the service can do its work.

use async_trait::async_trait;

use super::StoreError;

/// Something the service cannot work without.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Returns when the smallest transaction that may write worked.
    ///
    /// # Errors
    /// It did not.
    async fn check(&self) -> Result<(), StoreError>;
}
