//! Accounts elsewhere, and who waits to be sent there.
//!
//! A customer who waits has one row, whatever happened to it. Writers and takers lock it: a change that comes while the
//! customer is on the way is counted, and is seen when that is settled.

mod account;
mod dead;
mod forget;
mod row;
mod settle;
mod standing;
mod take;
mod wait;

use async_trait::async_trait;
use domain::forwarding::{Account, DeadLetter, Parcel, Settlement, Standing};
use domain::ports::{CorruptRow, ForwardingStore, StoreError};
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;

use crate::PostgresStore;
use crate::store::{once, repeat};

pub(crate) use account::restore as restore_account;
pub(crate) use row::{SELECT, restore as restore_waiting};
pub(crate) use wait::wait;

#[async_trait]
impl ForwardingStore for PostgresStore {
    async fn set_up_account(&self, account: &Account) -> Result<bool, StoreError> {
        once!(self, |db, _| account::set_up(db, &*self.sealer, account))
    }

    async fn remove_account(&self, organization_id: OrganizationId) -> Result<bool, StoreError> {
        once!(self, |db, _| account::remove(db, organization_id))
    }

    async fn forget(
        &self,
        organization_id: OrganizationId,
        from: CustomerId,
        limit: u16,
    ) -> Result<Option<CustomerId>, StoreError> {
        once!(self, |db, _| forget::forget(db, organization_id, from, limit))
    }

    async fn accounts(&self) -> Result<Vec<Result<Account, CorruptRow>>, StoreError> {
        let rows: Result<_, StoreError> = repeat!(self, |db| account::list(db));
        Ok(rows?.iter().map(|row| account::restore(row, &*self.sealer)).collect())
    }

    async fn enqueue(
        &self,
        organization_id: OrganizationId,
        from: CustomerId,
        limit: u16,
        at: Timestamp,
    ) -> Result<Option<CustomerId>, StoreError> {
        once!(self, |db, _| wait::enqueue(db, organization_id, from, limit, at))
    }

    async fn hold(&self) -> Result<u64, StoreError> {
        once!(self, |db, _| account::hold(db))
    }

    async fn resume(&self, organization_id: Option<OrganizationId>) -> Result<u64, StoreError> {
        once!(self, |db, _| account::resume(db, organization_id))
    }

    async fn take(
        &self,
        account: &Account,
        at: Timestamp,
        until: Timestamp,
        limit: u16,
    ) -> Result<Vec<Parcel>, StoreError> {
        let whose = take::Whose { account, at, until, limit };
        let due: Result<bool, StoreError> = repeat!(self, |db| take::is_due(db, &whose));
        if !due? {
            return Ok(Vec::new());
        }
        once!(self, |db, _| take::take(db, &*self.sealer, &whose))
    }

    async fn settle(&self, organization_id: OrganizationId, settlements: &[Settlement]) -> Result<(), StoreError> {
        once!(self, |db, _| settle::settle(db, organization_id, settlements))
    }

    async fn standing(&self, organization_id: OrganizationId, most: u32) -> Result<Standing, StoreError> {
        repeat!(self, |db| standing::standing(db, organization_id, most))
    }

    async fn last_fault(&self, organization_id: OrganizationId) -> Result<Option<String>, StoreError> {
        repeat!(self, |db| standing::last_fault(db, organization_id))
    }

    async fn dead_letters(
        &self,
        organization_id: OrganizationId,
        after: Option<CustomerId>,
        limit: u16,
    ) -> Result<Vec<Result<DeadLetter, CorruptRow>>, StoreError> {
        let rows: Result<_, StoreError> = repeat!(self, |db| dead::list(db, organization_id, after, limit));
        Ok(rows?.iter().map(dead::restore).collect())
    }

    async fn retry(
        &self,
        organization_id: OrganizationId,
        customer_id: Option<CustomerId>,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        once!(self, |db, _| dead::retry(db, organization_id, customer_id, at))
    }
}
