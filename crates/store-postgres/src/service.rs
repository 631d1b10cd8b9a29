//! Services.

use async_trait::async_trait;
use domain::access::{ClientKey, NewService, Role, Scopes, Service};
use domain::ports::{CorruptRow, ServiceStore, SessionEpoch, StoreError, StoredService};
use domain::token::SecretHash;
use domain::value::{Name, OrganizationId, ServiceId};
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::PostgresStore;
use crate::error::Failure;
use crate::row::{Columns, bucket, uuid};
use crate::store::{once, repeat, repeat_write};
use crate::time::Time;
use crate::transaction::{Proof, Witness, witnessed};

#[async_trait]
impl ServiceStore for PostgresStore {
    async fn add(&self, new: NewService) -> Result<bool, StoreError> {
        once!(self, |db, _| add(db, &new))
    }

    async fn list(&self) -> Result<Vec<Result<Service, CorruptRow>>, StoreError> {
        let rows: Result<_, StoreError> = repeat!(self, |db| list(db));
        Ok(rows?.iter().map(restore).collect())
    }

    async fn find(&self, client_key: &ClientKey) -> Result<Option<StoredService>, StoreError> {
        let row: Result<_, StoreError> = repeat!(self, |db| find(db, client_key));
        Ok(row?.as_ref().map(restore_with_secret).transpose()?)
    }

    async fn find_by_bearer(&self, bearer: SecretHash) -> Result<Option<Service>, StoreError> {
        let row: Result<_, StoreError> = repeat!(self, |db| find_by_bearer(db, bearer));
        Ok(row?.as_ref().map(restore).transpose()?)
    }

    async fn revoke(&self, client_key: &ClientKey, at: Timestamp) -> Result<bool, StoreError> {
        repeat_write!(self, |db| revoke(db, client_key, at))
    }
}

async fn add(db: &mut PgConnection, new: &NewService) -> Result<(bool, Proof), Failure> {
    let service = &new.service;
    let added = sqlx::query(
        "INSERT INTO service (organization_id, id, client_key, name, role, scopes, client_secret, bearer, created_at,
                              revoked_at)
         SELECT o.id, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM organization o WHERE o.bucket = $1 AND o.id = $2",
    )
    .bind(bucket(service.organization_id))
    .bind(uuid(service.organization_id.to_bytes()))
    .bind(uuid(service.id.to_bytes()))
    .bind(service.client_key.as_str())
    .bind(service.name.as_str())
    .bind(service.role.as_str())
    .bind(service.scopes.to_string())
    .bind(new.client_secret.hash().as_bytes().to_vec())
    .bind(new.bearer.as_ref().map(|bearer| bearer.hash().as_bytes().to_vec()))
    .bind(Time(service.created_at))
    .bind(service.revoked_at.map(Time))
    .execute(&mut *db)
    .await?;
    witnessed(db, added.rows_affected() > 0, Witness::Service(service.id)).await
}

async fn list(db: &mut PgConnection) -> Result<Vec<PgRow>, Failure> {
    Ok(sqlx::query("SELECT * FROM service ORDER BY created_at, id").fetch_all(db).await?)
}

async fn find(db: &mut PgConnection, client_key: &ClientKey) -> Result<Option<PgRow>, Failure> {
    let find = sqlx::query("SELECT * FROM service WHERE client_key = $1").bind(client_key.as_str());
    Ok(find.fetch_optional(db).await?)
}

async fn find_by_bearer(db: &mut PgConnection, bearer: SecretHash) -> Result<Option<PgRow>, Failure> {
    let find = sqlx::query("SELECT * FROM service WHERE bearer = $1 AND revoked_at IS NULL");
    Ok(find.bind(bearer.as_bytes().as_slice()).fetch_optional(db).await?)
}

async fn revoke(db: &mut PgConnection, client_key: &ClientKey, at: Timestamp) -> Result<bool, Failure> {
    let revoked = sqlx::query("UPDATE service SET revoked_at = coalesce(revoked_at, $1) WHERE client_key = $2")
        .bind(Time(at))
        .bind(client_key.as_str())
        .execute(db)
        .await?;
    Ok(revoked.rows_affected() > 0)
}

/// The service in a row of its table.
pub(crate) fn restore(row: &PgRow) -> Result<Service, CorruptRow> {
    let columns = Columns::of(row, "service");
    Ok(Service {
        id: ServiceId::from_bytes(columns.id("id")?),
        organization_id: OrganizationId::from_bytes(columns.id("organization_id")?),
        client_key: columns.parse("client_key", ClientKey::parse)?,
        name: columns.parse("name", Name::restore)?,
        role: columns.parse("role", Role::parse)?,
        scopes: columns.parse("scopes", Scopes::parse)?,
        created_at: columns.time("created_at")?,
        revoked_at: columns.optional_time("revoked_at")?,
    })
}

/// The same with what it logs in with.
pub(crate) fn restore_with_secret(row: &PgRow) -> Result<StoredService, CorruptRow> {
    let columns = Columns::of(row, "service");
    Ok(StoredService {
        service: restore(row)?,
        client_secret: SecretHash::from_bytes(columns.hash("client_secret")?),
        session_epoch: SessionEpoch::new(u128::from_be_bytes(columns.id("session_epoch")?)),
    })
}
