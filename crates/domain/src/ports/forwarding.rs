//! Keeping accounts elsewhere in step.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CorruptRow, StoreError};
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
    /// address or another organization there is another account: what is known of ids in the old one means nothing any more,
    /// whoever waits waits for the new one, and so does at once whoever was taken for the old one. `false`, and nothing
    /// written, when there is no such organization. The store keeps the secret sealed for the organization.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn set_up_account(&self, account: &Account) -> Result<bool, StoreError>;

    /// Removes an organization's account: nobody is taken for it, and nobody waits for it, from then on. `false` when there was
    /// none. Who waited, and what is known of ids there, goes by [`ForwardingStore::forget`].
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn remove_account(&self, organization_id: OrganizationId) -> Result<bool, StoreError>;

    /// Forgets who waited for an account that was removed, and who was known there: so many at most, in the order of their ids
    /// from this one on. Tells from where to go on; `None` at the end, and when there is an account, whose customers stay.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn forget(
        &self,
        organization_id: OrganizationId,
        from: CustomerId,
        limit: u16,
    ) -> Result<Option<CustomerId>, StoreError>;

    /// Every account. One that cannot be read is told by its row, whose id is the organization's, and spoils no other.
    ///
    /// # Errors
    /// The store failed.
    async fn accounts(&self) -> Result<Vec<Result<Account, CorruptRow>>, StoreError>;

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

    /// Holds every account: nobody is taken until [`ForwardingStore::resume`]. Customers still wait in the queue. An account
    /// that is set up later is not held. Returns how many accounts are held.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn hold(&self) -> Result<u64, StoreError>;

    /// Resumes forwarding to an organization's account, or to all. Returns how many accounts were held.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn resume(&self, organization_id: Option<OrganizationId>) -> Result<u64, StoreError>;

    /// Takes those who are due `at` this time for an account, the longest due first, with the customers as they are now. Nobody
    /// else gets them before `until`: whoever has taken them sends them until then, or they go to another one. Nobody is taken
    /// when the organization has another account by now, or none. A customer whose row cannot be read, here or in the
    /// queue, is given up, so that it is in nobody's way, and written to the log. A customer who is due, or taken, more than [`crate::limits::FORWARDING_DUE_SECONDS`] in the future is
    /// due at once: a wrong clock recorded that. Nobody is taken for an account that is held.
    ///
    /// # Errors
    /// The store failed; nobody was taken then.
    async fn take(
        &self,
        account: &Account,
        at: Timestamp,
        until: Timestamp,
        limit: u16,
    ) -> Result<Vec<Parcel>, StoreError>;

    /// Writes what became of those who were taken. Who changed since waits again, at once, whatever became of it; what is now
    /// known of its id is kept. Who is erased, here and there, is forgotten. What is said of a customer by a lease that has
    /// ended is left out: the customer is somebody else's, or waits for another account.
    ///
    /// # Errors
    /// The store failed; nothing was written, and it can be said again.
    async fn settle(&self, organization_id: OrganizationId, settlements: &[Settlement]) -> Result<(), StoreError>;

    /// How forwarding of an organization stands. Nobody is counted beyond so many.
    ///
    /// # Errors
    /// The store failed.
    async fn standing(&self, organization_id: OrganizationId, most: u32) -> Result<Standing, StoreError>;

    /// The error that the customer met who has waited longest of those that failed; if none of those who wait has failed, that of
    /// the customer who was given up last. `None` when there was no error.
    ///
    /// # Errors
    /// The store failed.
    async fn last_fault(&self, organization_id: OrganizationId) -> Result<Option<String>, StoreError>;

    /// Those of an organization who were given up, in the order of their ids after this one. One whose row in the queue
    /// cannot be read MUST be among them as that row, whose id is the customer's, and spoil no other.
    ///
    /// # Errors
    /// The store failed.
    async fn dead_letters(
        &self,
        organization_id: OrganizationId,
        after: Option<CustomerId>,
        limit: u16,
    ) -> Result<Vec<Result<DeadLetter, CorruptRow>>, StoreError>;

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
