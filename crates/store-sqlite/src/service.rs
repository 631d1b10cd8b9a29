//! Services.

use async_trait::async_trait;
use domain::access::{ClientKey, NewService, Role, Scopes, Service};
use domain::ports::{CorruptRow, ServiceStore, SessionEpoch, StoreError, StoredService};
use domain::token::SecretHash;
use domain::value::{Name, OrganizationId, ServiceId};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;

use crate::SqliteStore;
use crate::error::store_error;
use crate::row::Columns;

#[async_trait]
impl ServiceStore for SqliteStore {
    async fn add(&self, new: NewService) -> Result<bool, StoreError> {
        let service = &new.service;
        let mut tx = self.begin().await.map_err(store_error)?;
        let added = sqlx::query(
            "INSERT INTO service (bucket, organization_id, id, client_key, name, role, scopes, client_secret, bearer,
                                  created_at, revoked_at)
             SELECT o.bucket, o.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11
             FROM organization o WHERE o.bucket = ?1 AND o.id = ?2",
        )
        .bind(service.organization_id.bucket().number())
        .bind(service.organization_id.to_bytes().to_vec())
        .bind(service.id.to_bytes().to_vec())
        .bind(service.client_key.as_str())
        .bind(service.name.as_str())
        .bind(service.role.as_str())
        .bind(service.scopes.to_string())
        .bind(new.client_secret.hash().as_bytes().to_vec())
        .bind(new.bearer.as_ref().map(|bearer| bearer.hash().as_bytes().to_vec()))
        .bind(service.created_at.as_millisecond())
        .bind(service.revoked_at.map(Timestamp::as_millisecond))
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(added.rows_affected() > 0)
    }

    async fn list(&self) -> Result<Vec<Result<Service, CorruptRow>>, StoreError> {
        let rows = sqlx::query("SELECT * FROM service ORDER BY created_at, id")
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        Ok(rows.iter().map(restore).collect())
    }

    async fn find(&self, client_key: &ClientKey) -> Result<Option<StoredService>, StoreError> {
        let row = sqlx::query("SELECT * FROM service WHERE client_key = ?")
            .bind(client_key.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        Ok(row.as_ref().map(restore_with_secret).transpose()?)
    }

    async fn find_by_bearer(&self, bearer: SecretHash) -> Result<Option<Service>, StoreError> {
        let row = sqlx::query("SELECT * FROM service WHERE bearer = ? AND revoked_at IS NULL")
            .bind(bearer.as_bytes().to_vec())
            .fetch_optional(&self.readers)
            .await
            .map_err(store_error)?;
        Ok(row.as_ref().map(restore).transpose()?)
    }

    async fn revoke(&self, client_key: &ClientKey, at: Timestamp) -> Result<bool, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let revoked = sqlx::query("UPDATE service SET revoked_at = coalesce(revoked_at, ?) WHERE client_key = ?")
            .bind(at.as_millisecond())
            .bind(client_key.as_str())
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(revoked.rows_affected() > 0)
    }
}

/// The service in a row of its table.
pub(crate) fn restore(row: &SqliteRow) -> Result<Service, CorruptRow> {
    let columns = Columns::of(row, "service");
    Ok(Service {
        id: ServiceId::from_bytes(columns.bytes("id")?),
        organization_id: OrganizationId::from_bytes(columns.bytes("organization_id")?),
        client_key: columns.parse("client_key", ClientKey::parse)?,
        name: columns.parse("name", Name::restore)?,
        role: columns.parse("role", Role::parse)?,
        scopes: columns.parse("scopes", Scopes::parse)?,
        created_at: columns.time("created_at")?,
        revoked_at: columns.optional_time("revoked_at")?,
    })
}

/// The same with what it logs in with.
pub(crate) fn restore_with_secret(row: &SqliteRow) -> Result<StoredService, CorruptRow> {
    let columns = Columns::of(row, "service");
    Ok(StoredService {
        service: restore(row)?,
        client_secret: SecretHash::from_bytes(columns.bytes("client_secret")?),
        session_epoch: SessionEpoch::new(u128::from_be_bytes(columns.bytes("session_epoch")?)),
    })
}
