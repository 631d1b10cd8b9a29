//! Sessions that ended before they expired.

use async_trait::async_trait;
use domain::access::Service;
use domain::ports::{Session, SessionEpoch, SessionStore, StoreError};
use jiff::Timestamp;

use crate::SqliteStore;
use crate::error::store_error;
use crate::service;

#[async_trait]
impl SessionStore for SqliteStore {
    async fn service_of(&self, session: Session) -> Result<Option<Service>, StoreError> {
        let row = sqlx::query(
            "SELECT s.* FROM service s
             WHERE s.id = ?1 AND s.revoked_at IS NULL AND s.session_epoch = ?3
               AND NOT EXISTS (SELECT 1 FROM session_ended e
                               WHERE e.bucket = s.bucket AND e.service_id = s.id AND e.id = ?2)",
        )
        .bind(session.service_id.to_bytes().to_vec())
        .bind(session.id.to_be_bytes().to_vec())
        .bind(session.epoch.number().to_be_bytes().to_vec())
        .fetch_optional(&self.readers)
        .await
        .map_err(store_error)?;
        Ok(row.as_ref().map(service::restore).transpose()?)
    }

    async fn end(&self, session: Session) -> Result<(), StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        // A service that is not there has no session that would have to be ended. `ON CONFLICT` after a SELECT needs the
        // WHERE, which is there.
        sqlx::query(
            "INSERT INTO session_ended (bucket, service_id, id, expires_at)
             SELECT s.bucket, s.id, ?2, ?3 FROM service s WHERE s.id = ?1
             ON CONFLICT DO NOTHING",
        )
        .bind(session.service_id.to_bytes().to_vec())
        .bind(session.id.to_be_bytes().to_vec())
        .bind(session.expires_at.as_millisecond())
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)
    }

    async fn end_all(&self, epoch: SessionEpoch) -> Result<u64, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let end = sqlx::query("UPDATE service SET session_epoch = ?").bind(epoch.number().to_be_bytes().to_vec());
        let services = end.execute(&mut *tx).await.map_err(store_error)?.rows_affected();
        tx.commit().await.map_err(store_error)?;
        Ok(services)
    }

    async fn purge_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let purged = sqlx::query(
            "DELETE FROM session_ended WHERE (bucket, service_id, id) IN
                 (SELECT bucket, service_id, id FROM session_ended WHERE expires_at <= ? LIMIT 1000)",
        )
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(purged.rows_affected())
    }
}
