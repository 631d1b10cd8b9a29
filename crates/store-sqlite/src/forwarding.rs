//! Accounts elsewhere, and who waits to be sent there.

mod account;
mod dead;
mod forget;
mod row;
mod settle;
mod take;
mod wait;

use async_trait::async_trait;
use domain::forwarding::{Account, DeadLetter, Parcel, Settlement, Standing};
use domain::ports::{CorruptRow, ForwardingStore, StoreError};
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;

use crate::SqliteStore;
use crate::error::store_error;

pub(crate) use account::restore as restore_account;
pub(crate) use row::{SELECT, restore as restore_waiting};
pub(crate) use wait::wait;

#[async_trait]
impl ForwardingStore for SqliteStore {
    async fn set_up_account(&self, account: &Account) -> Result<bool, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let known = account::set_up(&mut tx, &*self.sealer, account).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(known)
    }

    async fn remove_account(&self, organization_id: OrganizationId) -> Result<bool, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let removed = account::remove(&mut tx, organization_id).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(removed)
    }

    async fn forget(
        &self,
        organization_id: OrganizationId,
        from: CustomerId,
        limit: u16,
    ) -> Result<Option<CustomerId>, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let next = forget::forget(&mut tx, organization_id, from, limit).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(next)
    }

    async fn accounts(&self) -> Result<Vec<Result<Account, CorruptRow>>, StoreError> {
        let accounts = sqlx::query("SELECT a.*, a.organization_id AS id FROM forwarding_account a");
        let rows = accounts.fetch_all(&self.readers).await.map_err(store_error)?;
        Ok(rows.iter().map(|row| account::restore(row, &*self.sealer)).collect())
    }

    async fn enqueue(
        &self,
        organization_id: OrganizationId,
        from: CustomerId,
        limit: u16,
        at: Timestamp,
    ) -> Result<Option<CustomerId>, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let next = wait::enqueue(&mut tx, organization_id, from, limit, at).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(next)
    }

    async fn hold(&self) -> Result<u64, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let held = account::hold(&mut tx).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(held)
    }

    async fn resume(&self, organization_id: Option<OrganizationId>) -> Result<u64, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let resumed = account::resume(&mut tx, organization_id).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(resumed)
    }

    async fn take(
        &self,
        account: &Account,
        at: Timestamp,
        until: Timestamp,
        limit: u16,
    ) -> Result<Vec<Parcel>, StoreError> {
        let whose = take::Whose { account, at, until, limit };
        if !take::is_due(&self.readers, &whose).await.map_err(store_error)? {
            return Ok(Vec::new());
        }
        let mut tx = self.begin().await.map_err(store_error)?;
        let parcels = take::take(&mut tx, &*self.sealer, &whose).await?;
        tx.commit().await.map_err(store_error)?;
        Ok(parcels)
    }

    async fn settle(&self, organization_id: OrganizationId, settlements: &[Settlement]) -> Result<(), StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        for settlement in settlements {
            settle::settle(&mut tx, organization_id, settlement).await.map_err(store_error)?;
        }
        tx.commit().await.map_err(store_error)
    }

    async fn standing(&self, organization_id: OrganizationId, most: u32) -> Result<Standing, StoreError> {
        Ok(row::standing(&self.readers, organization_id, most).await.map_err(store_error)??)
    }

    async fn last_fault(&self, organization_id: OrganizationId) -> Result<Option<String>, StoreError> {
        row::last_fault(&self.readers, organization_id).await.map_err(store_error)
    }

    async fn dead_letters(
        &self,
        organization_id: OrganizationId,
        after: Option<CustomerId>,
        limit: u16,
    ) -> Result<Vec<Result<DeadLetter, CorruptRow>>, StoreError> {
        let rows = dead::list(&self.readers, organization_id, after, limit).await.map_err(store_error)?;
        Ok(rows.iter().map(dead::restore).collect())
    }

    async fn retry(
        &self,
        organization_id: OrganizationId,
        customer_id: Option<CustomerId>,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let retried = dead::retry(&mut tx, organization_id, customer_id, at).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(retried)
    }
}
