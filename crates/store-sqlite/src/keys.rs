//! Which keys the registry depends on, and sealing anew.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::ports::{Counted, KeyStore, Resealed, SealOwner, SealingKey, StoreError};
use domain::value::{CustomerId, OrganizationId};
use sqlx::{AssertSqlSafe, SqliteConnection, SqliteExecutor};

use crate::SqliteStore;
use crate::error::store_error;
use crate::open::KEY_CHECK_OWNER;

type Place = (OrganizationId, CustomerId);
/// A customer's place, and its seal.
type Sealed = ([u8; 16], [u8; 16], Vec<u8>);

#[async_trait]
impl KeyStore for SqliteStore {
    async fn signing_key(&self, public: [u8; 32], replace: bool) -> Result<[u8; 32], StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let recorded: Vec<u8> = sqlx::query_scalar(
            "INSERT INTO signing_key (only, public) VALUES (1, ?1)
             ON CONFLICT DO UPDATE SET public = iif(?2, excluded.public, public) RETURNING public",
        )
        .bind(public.to_vec())
        .bind(replace)
        .fetch_one(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        recorded.try_into().map_err(|_| StoreError::Internal("a signing key has another length".into()))
    }

    async fn sealing_keys(&self) -> Result<BTreeMap<u32, SealingKey>, StoreError> {
        let rows: Vec<(Vec<u8>, Option<Vec<u8>>, bool)> =
            sqlx::query_as("SELECT number, sealed, served FROM sealing_key")
                .fetch_all(&self.readers)
                .await
                .map_err(store_error)?;
        let keys = rows.into_iter().filter_map(|(number, check, served)| {
            Some((u32::from_be_bytes(number.try_into().ok()?), SealingKey { check, served }))
        });
        Ok(keys.collect())
    }

    async fn add_sealing_key(&self, number: u32, key: SealingKey) -> Result<(), StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        sqlx::query(
            "INSERT INTO sealing_key (number, sealed, served) VALUES (?, ?, ?)
             ON CONFLICT DO UPDATE SET sealed = coalesce(sealed, excluded.sealed), served = max(served, excluded.served)",
        )
        .bind(number.to_be_bytes().to_vec())
        .bind(key.check)
        .bind(key.served)
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)
    }

    async fn remove_sealing_key(&self, number: u32) -> Result<(), StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let remove = sqlx::query("DELETE FROM sealing_key WHERE number = ?").bind(number.to_be_bytes().to_vec());
        remove.execute(&mut *tx).await.map_err(store_error)?;
        tx.commit().await.map_err(store_error)
    }

    async fn count_seals(&self, after: Option<Place>, limit: u16) -> Result<Counted, StoreError> {
        let rows = page(&self.readers, "substr(password, 1, 4)", after, limit).await?;
        let mut counted = Counted { next: next(&rows, limit), ..Counted::default() };
        for (.., seal) in &rows {
            if let Some(number) = self.sealer.key_of(seal) {
                *counted.seals.entry(number).or_default() += 1;
            }
        }
        Ok(counted)
    }

    async fn count_other_seals(&self) -> Result<BTreeMap<u32, u64>, StoreError> {
        let seals: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT client_secret FROM forwarding_account UNION ALL SELECT sealed FROM key_check")
                .fetch_all(&self.readers)
                .await
                .map_err(store_error)?;
        let mut counted = BTreeMap::new();
        for number in seals.iter().filter_map(|seal| self.sealer.key_of(seal)) {
            *counted.entry(number).or_default() += 1;
        }
        Ok(counted)
    }

    async fn reseal(&self, after: Option<Place>, limit: u16) -> Result<Resealed, StoreError> {
        let rows = page(&self.readers, "password", after, limit).await?;
        let mut done = Resealed { next: next(&rows, limit), ..Resealed::default() };
        let current = self.sealer.current_key();
        let stale: Vec<_> = rows.into_iter().filter(|row| self.sealer.key_of(&row.2) != Some(current)).collect();
        if stale.is_empty() {
            return Ok(done);
        }
        let mut tx = self.begin().await.map_err(store_error)?;
        for row in &stale {
            match self.sealer.reseal(&row.2, owner(row)) {
                Ok(seal) => done.resealed += replace(&mut tx, row, seal).await.map_err(store_error)?,
                Err(_) => done.unreadable += 1,
            }
        }
        tx.commit().await.map_err(store_error)?;
        Ok(done)
    }

    async fn reseal_others(&self) -> Result<Resealed, StoreError> {
        let (mut done, current) = (Resealed::default(), self.sealer.current_key());
        let mut tx = self.begin().await.map_err(store_error)?;
        let accounts: Vec<(i64, Vec<u8>, Vec<u8>)> =
            sqlx::query_as("SELECT bucket, organization_id, client_secret FROM forwarding_account")
                .fetch_all(&mut *tx)
                .await
                .map_err(store_error)?;
        for (bucket, bytes, seal) in accounts.into_iter().filter(|row| self.sealer.key_of(&row.2) != Some(current)) {
            let id = id(bytes)?;
            let Ok(seal) = self.sealer.reseal_secret(&seal, OrganizationId::from_bytes(id)) else {
                done.unreadable += 1;
                continue;
            };
            let update =
                sqlx::query("UPDATE forwarding_account SET client_secret = ? WHERE bucket = ? AND organization_id = ?");
            let update = update.bind(seal).bind(bucket).bind(id.to_vec());
            done.resealed += update.execute(&mut *tx).await.map_err(store_error)?.rows_affected();
        }
        let check: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM key_check WHERE only = 1")
            .fetch_one(&mut *tx)
            .await
            .map_err(store_error)?;
        if self.sealer.key_of(&check) != Some(current) {
            match self.sealer.reseal(&check, KEY_CHECK_OWNER) {
                Ok(seal) => {
                    let update = sqlx::query("UPDATE key_check SET sealed = ? WHERE only = 1").bind(seal);
                    done.resealed += update.execute(&mut *tx).await.map_err(store_error)?.rows_affected();
                }
                Err(_) => done.unreadable += 1,
            }
        }
        tx.commit().await.map_err(store_error)?;
        Ok(done)
    }
}

/// A part of the customers, in the order of their primary key.
async fn page(
    db: impl SqliteExecutor<'_>,
    column: &'static str,
    after: Option<Place>,
    limit: u16,
) -> Result<Vec<Sealed>, StoreError> {
    let (organization, customer) = after.unwrap_or((OrganizationId::from_bits(0), CustomerId::from_bits(0)));
    let bucket = after.map_or(-1, |(organization, _)| i64::from(organization.bucket().number()));
    // Nothing in it comes from outside.
    let rows: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)> = sqlx::query_as(AssertSqlSafe(page_of(column)))
        .bind(bucket)
        .bind(organization.to_bytes().to_vec())
        .bind(customer.to_bytes().to_vec())
        .bind(limit)
        .fetch_all(db)
        .await
        .map_err(store_error)?;
    rows.into_iter().map(|(organization, customer, seal)| Ok((id(organization)?, id(customer)?, seal))).collect()
}

/// The tables take ids of this length only.
fn id(bytes: Vec<u8>) -> Result<[u8; 16], StoreError> {
    bytes.try_into().map_err(|_| StoreError::Internal("an id has another length".into()))
}

fn page_of(column: &str) -> String {
    format!(
        "SELECT organization_id, id, {column} FROM customer WHERE (bucket, organization_id, id) > (?, ?, ?)
         ORDER BY bucket, organization_id, id LIMIT ?"
    )
}

fn next(rows: &[Sealed], limit: u16) -> Option<Place> {
    let full = rows.len() >= usize::from(limit);
    rows.last().filter(|_| full).map(|(organization, customer, _)| {
        (OrganizationId::from_bytes(*organization), CustomerId::from_bytes(*customer))
    })
}

const fn owner((organization, customer, _): &Sealed) -> SealOwner {
    SealOwner {
        organization_id: OrganizationId::from_bytes(*organization),
        customer_id: CustomerId::from_bytes(*customer),
    }
}

/// Unless it is another seal by now.
async fn replace(db: &mut SqliteConnection, row: &Sealed, seal: Vec<u8>) -> Result<u64, sqlx::Error> {
    let (organization, customer, before) = row;
    let update = sqlx::query(
        "UPDATE customer SET password = ? WHERE bucket = ? AND organization_id = ? AND id = ? AND password = ?",
    )
    .bind(seal)
    .bind(OrganizationId::from_bytes(*organization).bucket().number())
    .bind(organization.to_vec())
    .bind(customer.to_vec())
    .bind(before.clone());
    Ok(update.execute(db).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn a_part_is_found_by_the_primary_key() {
        let plan = crate::open::plan(&super::page_of("password")).await;
        assert!(plan.contains("(bucket>?") || plan.contains("(bucket,organization_id,id)>("), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }
}
