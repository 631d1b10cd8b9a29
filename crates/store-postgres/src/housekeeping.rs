//! The time that housekeeping keeps.

use async_trait::async_trait;
use domain::housekeeping::Reached;
use domain::ports::{HousekeepingStore, StoreError};
use jiff::Timestamp;
use sqlx::PgConnection;

use crate::PostgresStore;
use crate::error::Failure;
use crate::store::{repeat, repeat_write};
use crate::time::Time;

#[async_trait]
impl HousekeepingStore for PostgresStore {
    async fn reached(&self) -> Result<Option<Reached>, StoreError> {
        repeat!(self, |db| read(db))
    }

    async fn reach(&self, from: Option<Reached>, to: Reached) -> Result<Reached, StoreError> {
        repeat_write!(self, |db| reach(db, from, to))
    }

    async fn written_at(&self) -> Result<Option<Timestamp>, StoreError> {
        repeat!(self, |db| written_at(db))
    }
}

async fn read(db: &mut PgConnection) -> Result<Option<Reached>, Failure> {
    let row: Option<(Time, Time)> =
        sqlx::query_as("SELECT reached, quiet_until FROM housekeeping").fetch_optional(db).await?;
    Ok(row.map(|(time, quiet_until)| Reached { time: time.0, quiet_until: quiet_until.0 }))
}

async fn reach(db: &mut PgConnection, from: Option<Reached>, to: Reached) -> Result<Reached, Failure> {
    sqlx::query(
        "INSERT INTO housekeeping AS h (only_row, reached, quiet_until) VALUES (true, $1, $2)
         ON CONFLICT (only_row) DO UPDATE SET reached = excluded.reached, quiet_until = excluded.quiet_until
         WHERE h.reached = $3 AND h.quiet_until = $4",
    )
    .bind(Time(to.time))
    .bind(Time(to.quiet_until))
    .bind(from.map(|from| Time(from.time)))
    .bind(from.map(|from| Time(from.quiet_until)))
    .execute(&mut *db)
    .await?;
    Ok(read(db).await?.unwrap_or(to))
}

/// Of each index of times the last entry, and the few rows that need none.
async fn written_at(db: &mut PgConnection) -> Result<Option<Timestamp>, Failure> {
    let latest: Option<Time> = sqlx::query_scalar(
        "SELECT greatest((SELECT max(answered_at) FROM customer_receipt), (SELECT max(created_at) FROM service),
                         (SELECT max(created_at) FROM organization))",
    )
    .fetch_one(db)
    .await?;
    Ok(latest.map(|at| at.0))
}
