//! Look-ups of customers.

use async_trait::async_trait;

use super::StoreError;
use crate::customer::{Credential, Key};
use crate::value::{CustomerId, OrganizationId, Username};

/// Looks up customers, as quickly as the store can. A look-up sees every write that was answered before it began.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerDirectory: Send + Sync {
    /// The credential of the customer with this username, if the organization has one.
    ///
    /// MUST do the work of opening a password even if there is none, by [`crate::ports::PasswordSealer::open_nothing`].
    ///
    /// # Errors
    /// The store failed, or the row cannot be read.
    async fn credential(
        &self,
        organization_id: OrganizationId,
        username: &Username,
    ) -> Result<Option<Credential>, StoreError>;

    /// Whether one customer of the organization has all of these keys, as their owner or behind it in the queue. Each
    /// key is of a different kind. An empty list matches no customer.
    ///
    /// # Errors
    /// The store failed.
    async fn has_keys(&self, organization_id: OrganizationId, keys: &[Key]) -> Result<bool, StoreError>;

    /// Whether any organization has a customer with this id.
    ///
    /// # Errors
    /// The store failed.
    async fn exists_anywhere(&self, id: CustomerId) -> Result<bool, StoreError>;
}
