//! The time that housekeeping keeps.

use async_trait::async_trait;
use domain::housekeeping::Reached;
use domain::ports::{CorruptRow, HousekeepingStore, StoreError};
use jiff::Timestamp;
use sqlx::SqliteExecutor;
use sqlx::sqlite::SqliteRow;

use crate::SqliteStore;
use crate::error::store_error;
use crate::row::Columns;

#[async_trait]
impl HousekeepingStore for SqliteStore {
    async fn reached(&self) -> Result<Option<Reached>, StoreError> {
        read(&self.readers).await
    }

    async fn reach(&self, from: Option<Reached>, to: Reached) -> Result<Reached, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let recorded = read(&mut *tx).await?;
        if recorded != from
            && let Some(recorded) = recorded
        {
            tx.rollback().await.map_err(store_error)?;
            return Ok(recorded);
        }
        sqlx::query(
            "INSERT INTO housekeeping (only, reached, quiet_until) VALUES (1, ?, ?)
             ON CONFLICT DO UPDATE SET reached = excluded.reached, quiet_until = excluded.quiet_until",
        )
        .bind(to.time.as_millisecond())
        .bind(to.quiet_until.as_millisecond())
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(to)
    }

    async fn written_at(&self) -> Result<Option<Timestamp>, StoreError> {
        let latest: Option<i64> = sqlx::query_scalar(
            "SELECT max(at) FROM (SELECT max(answered_at) AS at FROM customer_receipt
                                  UNION ALL SELECT max(created_at) FROM service
                                  UNION ALL SELECT max(created_at) FROM organization)",
        )
        .fetch_one(&self.readers)
        .await
        .map_err(store_error)?;
        Ok(latest.and_then(|at| Timestamp::from_millisecond(at).ok()))
    }
}

async fn read(db: impl SqliteExecutor<'_>) -> Result<Option<Reached>, StoreError> {
    let row = sqlx::query("SELECT only AS id, reached, quiet_until FROM housekeeping");
    let row = row.fetch_optional(db).await.map_err(store_error)?;
    Ok(row.as_ref().map(restore).transpose()?)
}

fn restore(row: &SqliteRow) -> Result<Reached, CorruptRow> {
    let columns = Columns::of(row, "housekeeping");
    Ok(Reached { time: columns.time("reached")?, quiet_until: columns.time("quiet_until")? })
}
