//! Where customers are looked up by those who only ask.

use async_trait::async_trait;

use super::StoreError;
use crate::customer::{Credential, Key};
use crate::value::{CustomerId, OrganizationId, Username};

/// Answers questions about customers, as quickly as the store can. What was written and answered before a question is
/// seen by it.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerDirectory: Send + Sync {
    /// What the customer with this username logs in with; `None` when the organization has none.
    ///
    /// MUST do the work of opening a password also when there is none, by [`crate::ports::PasswordSealer::open_nothing`].
    ///
    /// # Errors
    /// The store failed, or the row cannot be read.
    async fn credential(
        &self,
        organization_id: OrganizationId,
        username: &Username,
    ) -> Result<Option<Credential>, StoreError>;

    /// Whether one customer of the organization has all of these keys, as their owner or behind it in the queue. Each
    /// key is of another kind. Nobody has no keys at all.
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
