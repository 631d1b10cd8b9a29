//! The readiness of the service.

use async_trait::async_trait;

use super::StoreError;

/// A dependency that the service cannot work without.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Returns once the smallest transaction that may write has succeeded.
    ///
    /// # Errors
    /// It failed.
    async fn check(&self) -> Result<(), StoreError>;
}
