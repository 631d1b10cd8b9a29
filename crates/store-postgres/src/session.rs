//! Sessions that ended before they expired.

use async_trait::async_trait;
use domain::access::Service;
use domain::ports::{Session, SessionEpoch, SessionStore, StoreError};
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::PostgresStore;
use crate::error::Failure;
use crate::row::uuid;
use crate::service;
use crate::store::{repeat, repeat_write};
use crate::time::Time;

#[async_trait]
impl SessionStore for PostgresStore {
    async fn service_of(&self, session: Session) -> Result<Option<Service>, StoreError> {
        let row: Result<_, StoreError> = repeat!(self, |db| service_of(db, session));
        Ok(row?.as_ref().map(service::restore).transpose()?)
    }

    async fn end(&self, session: Session) -> Result<(), StoreError> {
        repeat_write!(self, |db| end(db, session))
    }

    async fn end_all(&self, epoch: SessionEpoch) -> Result<u64, StoreError> {
        repeat_write!(self, |db| end_all(db, epoch))
    }

    async fn purge_sessions(&self, now: Timestamp) -> Result<u64, StoreError> {
        repeat_write!(self, |db| purge(db, now))
    }
}

async fn service_of(db: &mut PgConnection, session: Session) -> Result<Option<PgRow>, Failure> {
    let service = sqlx::query(
        "SELECT s.* FROM service s
         WHERE s.id = $1 AND s.revoked_at IS NULL AND s.session_epoch = $3
           AND NOT EXISTS (SELECT FROM session_ended e WHERE e.service_id = s.id AND e.id = $2)",
    );
    Ok(service
        .bind(uuid(session.service_id.to_bytes()))
        .bind(uuid(session.id.to_be_bytes()))
        .bind(uuid(session.epoch.number().to_be_bytes()))
        .fetch_optional(db)
        .await?)
}

/// A service that is not there has no session that would have to be ended. Ended again, it is written again: what was written
/// before may not be durable yet, and this waits until it is.
async fn end(db: &mut PgConnection, session: Session) -> Result<(), Failure> {
    sqlx::query(
        "INSERT INTO session_ended (service_id, id, expires_at)
         SELECT s.id, $2, $3 FROM service s WHERE s.id = $1
         ON CONFLICT (service_id, id) DO UPDATE SET expires_at = excluded.expires_at",
    )
    .bind(uuid(session.service_id.to_bytes()))
    .bind(uuid(session.id.to_be_bytes()))
    .bind(Time(session.expires_at))
    .execute(db)
    .await?;
    Ok(())
}

async fn end_all(db: &mut PgConnection, epoch: SessionEpoch) -> Result<u64, Failure> {
    let end = sqlx::query("UPDATE service SET session_epoch = $1").bind(uuid(epoch.number().to_be_bytes()));
    Ok(end.execute(db).await?.rows_affected())
}

async fn purge(db: &mut PgConnection, now: Timestamp) -> Result<u64, Failure> {
    let purged = sqlx::query(
        "DELETE FROM session_ended AS s
         USING (SELECT e.service_id, e.id FROM session_ended e WHERE e.expires_at <= $1
                ORDER BY e.expires_at LIMIT 1000) AS q
         WHERE s.service_id = ANY(ARRAY[q.service_id]) AND s.id = q.id",
    );
    Ok(purged.bind(Time(now)).execute(db).await?.rows_affected())
}
