//! Forwarding to upstream accounts.

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
    /// Writes the customer's current state to the account, and returns its id there. A repetition after a lost answer
    /// creates no second customer: a known id is updated, and without one the customer is identified by
    /// [`Account::identity`].
    ///
    /// It takes at most a minute.
    ///
    /// # Errors
    /// MUST distinguish a refused customer from an unavailable upstream.
    async fn put(&self, account: &Account, customer: &Customer, remote_id: Option<RemoteId>)
    -> Result<RemoteId, Fault>;

    /// Erases a customer in the account. A customer that does not exist counts as erased. It takes at most a minute.
    ///
    /// # Errors
    /// MUST distinguish an upstream that cannot erase ([`Fault::Refused`]) from one that is unavailable.
    async fn erase(&self, account: &Account, remote_id: &RemoteId) -> Result<(), Fault>;
}

/// Stores the accounts and the outbox.
///
/// Outbox entries are written together with the customers, in the same transaction: see
/// [`super::CustomerStore::write`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ForwardingStore: Send + Sync {
    /// Configures an organization's account, or replaces its configuration; from then on written customers are queued
    /// to be sent. A different address or remote organization makes it a different account: known remote ids of the old
    /// one become void, queued customers are queued for the new one, and so are at once those that were claimed for the
    /// old one. Returns `false`, and writes nothing, if there is no such organization. The store seals the secret for
    /// the organization.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn set_up_account(&self, account: &Account) -> Result<bool, StoreError>;

    /// Removes an organization's account: from then on no customer is claimed or queued for it. Returns `false` if
    /// there was none. [`ForwardingStore::forget`] removes its outbox and the known remote ids.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn remove_account(&self, organization_id: OrganizationId) -> Result<bool, StoreError>;

    /// Removes outbox entries and remote ids of a removed account: at most this many, in the order of customers' ids
    /// from this one on. Returns the id to continue from; `None` at the end, and if there is an account, whose entries
    /// stay.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn forget(
        &self,
        organization_id: OrganizationId,
        from: CustomerId,
        limit: u16,
    ) -> Result<Option<CustomerId>, StoreError>;

    /// Every account. An unreadable one is returned as its row, whose id is the organization's, and does not affect the
    /// others.
    ///
    /// # Errors
    /// The store failed.
    async fn accounts(&self) -> Result<Vec<Result<Account, CorruptRow>>, StoreError>;

    /// Queues customers that existed before the account, or that have to be sent again: at most this many, in the order
    /// of their ids from this one on. Returns the id to continue from; `None` at the end, or if there is no account.
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

    /// Holds every account: no customer is claimed until [`ForwardingStore::resume`]. Customers are still queued. An
    /// account that is configured later is not held. Returns how many accounts are held.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn hold(&self) -> Result<u64, StoreError>;

    /// Resumes forwarding to an organization's account, or to all. Returns how many accounts were held.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn resume(&self, organization_id: Option<OrganizationId>) -> Result<u64, StoreError>;

    /// Claims customers of an account that are due `at` this time, the longest due first, and returns them in their
    /// current state. The lease lasts until `until`: the caller sends them before that, or another instance may claim
    /// them. No customer is claimed if the organization has another account by now, or none, or if the account is held.
    /// A customer whose row or outbox entry cannot be read becomes a dead letter, so that it delays no other, and is
    /// logged. A customer that is due, or leased, more than [`crate::limits::FORWARDING_DUE_SECONDS`] in the future is
    /// due at once: a wrong clock recorded that.
    ///
    /// # Errors
    /// The store failed; no customer was claimed.
    async fn take(
        &self,
        account: &Account,
        at: Timestamp,
        until: Timestamp,
        limit: u16,
    ) -> Result<Vec<Parcel>, StoreError>;

    /// Writes the results of claimed customers. A customer that has changed since is due again at once, whatever the
    /// result; its remote id, if now known, is kept. The entry of a customer that is erased here and in the upstream is
    /// removed. A result under an ended lease is ignored: another instance has claimed the customer, or it is queued
    /// for another account.
    ///
    /// # Errors
    /// The store failed; nothing was written, and the call can be repeated.
    async fn settle(&self, organization_id: OrganizationId, settlements: &[Settlement]) -> Result<(), StoreError>;

    /// The state of an organization's outbox. The counts stop at this number.
    ///
    /// # Errors
    /// The store failed.
    async fn standing(&self, organization_id: OrganizationId, most: u32) -> Result<Standing, StoreError>;

    /// The error of the longest queued customer among those that failed; if none of the queued ones has failed, that of
    /// the newest dead letter. `None` if there was no error.
    ///
    /// # Errors
    /// The store failed.
    async fn last_fault(&self, organization_id: OrganizationId) -> Result<Option<String>, StoreError>;

    /// An organization's dead letters, in the order of customers' ids after this one. One whose outbox entry cannot be
    /// read MUST be among them as that row, whose id is the customer's, and not affect the others.
    ///
    /// # Errors
    /// The store failed.
    async fn dead_letters(
        &self,
        organization_id: OrganizationId,
        after: Option<CustomerId>,
        limit: u16,
    ) -> Result<Vec<Result<DeadLetter, CorruptRow>>, StoreError>;

    /// Queues dead letters again, due at this time: one of them, or all. Returns how many.
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
