//! Keeping accounts elsewhere in step.

use async_trait::async_trait;
use jiff::Timestamp;

use super::StoreError;
use crate::customer::Customer;
use crate::forwarding::{Account, DeadLetter, Fault, Parcel, RemoteId, Settlement, Standing};
use crate::value::{CustomerId, OrganizationId};

/// Another registry, in which organizations have accounts.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Upstream: Send + Sync {
    /// Makes the customer in the account what it is here, and tells its id there. Whoever does it again, because the answer
    /// was lost, creates nobody twice: an id that is known is changed, and one that is not known is found by
    /// [`Account::identity`].
    ///
    /// It takes no longer than a minute.
    ///
    /// # Errors
    /// MUST tell a customer who is refused from an upstream that is away.
    async fn put(&self, account: &Account, customer: &Customer, remote_id: Option<RemoteId>)
    -> Result<RemoteId, Fault>;

    /// Erases a customer in the account. One that is not there is erased. It takes no longer than a minute.
    ///
    /// # Errors
    /// MUST tell an upstream that cannot erase ([`Fault::Refused`]) from one that is away.
    async fn erase(&self, account: &Account, remote_id: &RemoteId) -> Result<(), Fault>;
}

/// Keeps the accounts, and who has to be sent to them.
///
/// Who has to be sent is written by who writes customers, in the same transaction: see
/// [`super::CustomerStore::write`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ForwardingStore: Send + Sync {
    /// Sets up an organization's account, or sets it up anew; from then on customers who are written wait to be sent. Another
    /// address or another organization there is another account: what is known of ids in the old one is forgotten. `false`,
    /// and nothing written, when there is no such organization. The store keeps the secret sealed for the organization.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn set_up_account(&self, account: &Account) -> Result<bool, StoreError>;

    /// Removes an organization's account with all who wait, and all that is known of ids there. `false` when there was none.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn remove_account(&self, organization_id: OrganizationId) -> Result<bool, StoreError>;

    /// Every account.
    ///
    /// # Errors
    /// The store failed, or a row cannot be read.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    /// Lets customers wait who were there before the account was, or who are to be sent again: so many at most, in the order
    /// of their ids from this one on. Tells from where to go on; `None` at the end, or when there is no account.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn enqueue(
        &self,
        organization_id: OrganizationId,
        from: CustomerId,
        limit: u16,
        at: Timestamp,
    ) -> Result<Option<CustomerId>, StoreError>;

    /// Takes those of an organization who are due `at` this time, the longest due first, with the customers as they are now.
    /// Nobody else gets them before `until`: whoever has taken them sends them until then, or they go to another one. A
    /// customer whose row cannot be read is given up, so that it is in nobody's way.
    ///
    /// # Errors
    /// The store failed; nobody was taken then.
    async fn take(
        &self,
        organization_id: OrganizationId,
        at: Timestamp,
        until: Timestamp,
        limit: u16,
    ) -> Result<Vec<Parcel>, StoreError>;

    /// Writes what became of those who were taken. Who changed since waits again, at once, whatever became of it; what is now
    /// known of its id is kept. Who is erased, here and there, is forgotten.
    ///
    /// # Errors
    /// The store failed; nothing was written. They are sent again then.
    async fn settle(&self, organization_id: OrganizationId, settlements: Vec<Settlement>) -> Result<(), StoreError>;

    /// How forwarding of an organization stands.
    ///
    /// # Errors
    /// The store failed.
    async fn standing(&self, organization_id: OrganizationId) -> Result<Standing, StoreError>;

    /// Those of an organization who were given up, in the order of their ids after this one.
    ///
    /// # Errors
    /// The store failed, or a row cannot be read.
    async fn dead_letters(
        &self,
        organization_id: OrganizationId,
        after: Option<CustomerId>,
        limit: u16,
    ) -> Result<Vec<DeadLetter>, StoreError>;

    /// Lets those wait again, at this time, who were given up: one of them, or all. Tells how many.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn retry(
        &self,
        organization_id: OrganizationId,
        customer_id: Option<CustomerId>,
        at: Timestamp,
    ) -> Result<u64, StoreError>;
}
