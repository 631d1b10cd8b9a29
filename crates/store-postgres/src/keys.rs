//! Which keys the registry depends on, and sealing anew.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::ports::{Counted, KeyStore, PasswordSealer, Resealed, SealOwner, SealingKey, StoreError};
use domain::value::{CustomerId, OrganizationId};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::PostgresStore;
use crate::error::Failure;
use crate::open::KEY_CHECK_OWNER;
use crate::row::{bucket, uuid};
use crate::store::{once, repeat, repeat_write};
use crate::transaction::{Proof, numbered};

type Place = (OrganizationId, CustomerId);
/// A customer's place, and its seal.
type Sealed = (Uuid, Uuid, Vec<u8>);

#[async_trait]
impl KeyStore for PostgresStore {
    async fn signing_key(&self, public: [u8; 32], replace: bool) -> Result<[u8; 32], StoreError> {
        let recorded: Result<Vec<u8>, StoreError> = repeat_write!(self, |db| signing_key(db, public, replace));
        recorded?.try_into().map_err(|_| StoreError::Internal("a signing key has another length".into()))
    }

    async fn sealing_keys(&self) -> Result<BTreeMap<u32, SealingKey>, StoreError> {
        repeat!(self, |db| sealing_keys(db))
    }

    async fn add_sealing_key(&self, number: u32, key: SealingKey) -> Result<(), StoreError> {
        repeat_write!(self, |db| add_sealing_key(db, number, &key))
    }

    async fn remove_sealing_key(&self, number: u32) -> Result<(), StoreError> {
        repeat_write!(self, |db| remove_sealing_key(db, number))
    }

    async fn count_seals(&self, after: Option<Place>, limit: u16) -> Result<Counted, StoreError> {
        let rows: Result<Vec<Sealed>, StoreError> =
            repeat!(self, |db| page(db, "substr(c.password, 1, 4)", after, limit));
        let rows = rows?;
        let mut counted = Counted { next: next(&rows, limit), ..Counted::default() };
        for (.., seal) in &rows {
            if let Some(number) = self.sealer.key_of(seal) {
                *counted.seals.entry(number).or_default() += 1;
            }
        }
        Ok(counted)
    }

    async fn count_other_seals(&self) -> Result<BTreeMap<u32, u64>, StoreError> {
        let seals: Result<Vec<Vec<u8>>, StoreError> = repeat!(self, |db| other_seals(db));
        let mut counted = BTreeMap::new();
        for number in seals?.iter().filter_map(|seal| self.sealer.key_of(seal)) {
            *counted.entry(number).or_default() += 1;
        }
        Ok(counted)
    }

    async fn reseal(&self, after: Option<Place>, limit: u16) -> Result<Resealed, StoreError> {
        once!(self, |db, _| reseal(db, &*self.sealer, after, limit))
    }

    async fn reseal_others(&self) -> Result<Resealed, StoreError> {
        once!(self, |db, _| reseal_others(db, &*self.sealer))
    }
}

async fn signing_key(db: &mut PgConnection, public: [u8; 32], replace: bool) -> Result<Vec<u8>, Failure> {
    let recorded = sqlx::query_scalar(
        "INSERT INTO signing_key AS s (only_row, public) VALUES (true, $1)
         ON CONFLICT (only_row) DO UPDATE SET public = CASE WHEN $2 THEN excluded.public ELSE s.public END
         RETURNING s.public",
    );
    Ok(recorded.bind(public.as_slice()).bind(replace).fetch_one(db).await?)
}

async fn sealing_keys(db: &mut PgConnection) -> Result<BTreeMap<u32, SealingKey>, Failure> {
    let rows: Vec<(Vec<u8>, Option<Vec<u8>>, bool)> =
        sqlx::query_as("SELECT number, sealed, served FROM sealing_key").fetch_all(db).await?;
    let keys = rows.into_iter().filter_map(|(number, check, served)| {
        Some((u32::from_be_bytes(number.try_into().ok()?), SealingKey { check, served }))
    });
    Ok(keys.collect())
}

async fn add_sealing_key(db: &mut PgConnection, number: u32, key: &SealingKey) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO sealing_key AS s (number, sealed, served) VALUES ($1, $2, $3)
         ON CONFLICT (number) DO UPDATE SET sealed = coalesce(s.sealed, excluded.sealed),
                                            served = s.served OR excluded.served",
    )
    .bind(number.to_be_bytes().as_slice())
    .bind(key.check.as_deref())
    .bind(key.served)
    .execute(db)
    .await?;
    Ok(())
}

async fn remove_sealing_key(db: &mut PgConnection, number: u32) -> Result<(), Failure> {
    let remove = sqlx::query("DELETE FROM sealing_key WHERE number = $1").bind(number.to_be_bytes().to_vec());
    remove.execute(db).await?;
    Ok(())
}

async fn other_seals(db: &mut PgConnection) -> Result<Vec<Vec<u8>>, Failure> {
    let mut seals: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT a.client_secret FROM forwarding_account a").fetch_all(&mut *db).await?;
    let checks: Vec<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM key_check").fetch_all(db).await?;
    seals.extend(checks);
    Ok(seals)
}

/// A part of the customers, in the order of their primary key.
async fn page(
    db: &mut PgConnection,
    column: &'static str,
    after: Option<Place>,
    limit: u16,
) -> Result<Vec<Sealed>, Failure> {
    let (organization, customer) = after.unwrap_or((OrganizationId::from_bits(0), CustomerId::from_bits(0)));
    // Nothing in it comes from outside.
    let page = sqlx::query_as(AssertSqlSafe(format!(
        "SELECT c.organization_id, c.id, {column} FROM customer c
         WHERE (c.bucket, c.organization_id, c.id) > ($1, $2, $3)
         ORDER BY c.bucket, c.organization_id, c.id LIMIT $4"
    )));
    let page = page
        .bind(after.map_or(-1, |(organization, _)| bucket(organization)))
        .bind(uuid(organization.to_bytes()))
        .bind(uuid(customer.to_bytes()))
        .bind(i64::from(limit));
    Ok(page.fetch_all(db).await?)
}

fn next(rows: &[Sealed], limit: u16) -> Option<Place> {
    let full = rows.len() >= usize::from(limit);
    rows.last().filter(|_| full).map(|row| (owner(row).organization_id, owner(row).customer_id))
}

const fn owner((organization, customer, _): &Sealed) -> SealOwner {
    SealOwner {
        organization_id: OrganizationId::from_bytes(*organization.as_bytes()),
        customer_id: CustomerId::from_bytes(*customer.as_bytes()),
    }
}

async fn reseal(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    after: Option<Place>,
    limit: u16,
) -> Result<(Resealed, Proof), Failure> {
    let rows = page(&mut *db, "c.password", after, limit).await?;
    let mut done = Resealed { next: next(&rows, limit), ..Resealed::default() };
    for row in rows.iter().filter(|row| sealer.key_of(&row.2) != Some(sealer.current_key())) {
        let Ok(seal) = sealer.reseal(&row.2, owner(row)) else {
            done.unreadable += 1;
            continue;
        };
        // Unless it is another seal by now.
        let update = sqlx::query(
            "UPDATE customer AS c SET password = $1
             WHERE c.bucket = $2 AND c.organization_id = $3 AND c.id = $4 AND c.password = $5",
        );
        let update = update.bind(seal).bind(bucket(owner(row).organization_id)).bind(row.0).bind(row.1).bind(&row.2);
        done.resealed += update.execute(&mut *db).await?.rows_affected();
    }
    numbered(db, done).await
}

async fn reseal_others(db: &mut PgConnection, sealer: &dyn PasswordSealer) -> Result<(Resealed, Proof), Failure> {
    let (mut done, current) = (Resealed::default(), sealer.current_key());
    let accounts: Vec<(i16, Uuid, Vec<u8>)> =
        sqlx::query_as("SELECT a.bucket, a.organization_id, a.client_secret FROM forwarding_account a")
            .fetch_all(&mut *db)
            .await?;
    for (bucket, id, before) in accounts.into_iter().filter(|row| sealer.key_of(&row.2) != Some(current)) {
        let Ok(seal) = sealer.reseal_secret(&before, OrganizationId::from_bytes(*id.as_bytes())) else {
            done.unreadable += 1;
            continue;
        };
        let update = sqlx::query(
            "UPDATE forwarding_account AS a SET client_secret = $1
             WHERE a.bucket = $2 AND a.organization_id = $3 AND a.client_secret = $4",
        );
        let update = update.bind(seal).bind(bucket).bind(id).bind(before);
        done.resealed += update.execute(&mut *db).await?.rows_affected();
    }
    let check: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM key_check").fetch_one(&mut *db).await?;
    if sealer.key_of(&check) != Some(current) {
        match sealer.reseal(&check, KEY_CHECK_OWNER) {
            Ok(seal) => {
                let update = sqlx::query("UPDATE key_check SET sealed = $1").bind(seal);
                done.resealed += update.execute(&mut *db).await?.rows_affected();
            }
            Err(_) => done.unreadable += 1,
        }
    }
    numbered(db, done).await
}
