//! Those who were given up.

use std::sync::LazyLock;

use domain::forwarding::DeadLetter;
use domain::ports::CorruptRow;
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::row::{self, SELECT};
use crate::row::Columns;

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{SELECT} WHERE o.bucket = ?1 AND o.id = ?2 AND f.bucket = ?1 AND f.organization_id = ?2 AND f.given_up_at IS NOT NULL
           AND (?3 IS NULL OR f.customer_id > ?3)
         ORDER BY f.customer_id LIMIT ?4"
    )
});

pub(super) async fn list(
    db: &SqlitePool,
    organization_id: OrganizationId,
    after: Option<CustomerId>,
    limit: u16,
) -> Result<Vec<SqliteRow>, sqlx::Error> {
    sqlx::query(LIST.as_str())
        .bind(organization_id.bucket().number())
        .bind(organization_id.to_bytes().to_vec())
        .bind(after.map(|id| id.to_bytes().to_vec()))
        .bind(limit)
        .fetch_all(db)
        .await
}

pub(super) fn restore(row: &SqliteRow) -> Result<DeadLetter, CorruptRow> {
    let given_up_at = Columns::of(row, "forwarding").time("given_up_at")?;
    Ok(DeadLetter { waiting: row::restore(row)?, given_up_at })
}

/// Tells how many.
pub(super) async fn retry(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    customer_id: Option<CustomerId>,
    at: Timestamp,
) -> Result<u64, sqlx::Error> {
    let retried = sqlx::query(
        "UPDATE forwarding SET due_at = ?4, waiting_since = ?4, given_up_at = NULL, failures = 0, failing_since = NULL,
                               fault = NULL
         WHERE bucket = ?1 AND organization_id = ?2 AND given_up_at IS NOT NULL AND (?3 IS NULL OR customer_id = ?3)",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(customer_id.map(|id| id.to_bytes().to_vec()))
    .bind(at.as_millisecond())
    .execute(db)
    .await?;
    Ok(retried.rows_affected())
}
