//! Those who were given up.

use std::sync::LazyLock;

use domain::forwarding::DeadLetter;
use domain::ports::CorruptRow;
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use super::row::{self, SELECT};
use crate::error::Failure;
use crate::row::{Columns, bucket, uuid};
use crate::time::Time;
use crate::transaction::{Proof, numbered};

static LIST: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{SELECT} WHERE f.bucket = $1 AND f.organization_id = $2 AND o.bucket = $1 AND o.id = $2 AND f.given_up_at IS NOT NULL
           AND ($3::uuid IS NULL OR f.customer_id > $3)
         ORDER BY f.customer_id LIMIT $4"
    )
});

pub(super) async fn list(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    after: Option<CustomerId>,
    limit: u16,
) -> Result<Vec<PgRow>, Failure> {
    let list = sqlx::query(LIST.as_str())
        .bind(bucket(organization_id))
        .bind(uuid(organization_id.to_bytes()))
        .bind(after.map(|id| uuid(id.to_bytes())))
        .bind(i64::from(limit));
    Ok(list.fetch_all(db).await?)
}

pub(super) fn restore(row: &PgRow) -> Result<DeadLetter, CorruptRow> {
    let given_up_at = Columns::of(row, "forwarding").time("given_up_at")?;
    Ok(DeadLetter { waiting: row::restore(row)?, given_up_at })
}

/// Tells how many.
pub(super) async fn retry(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    customer_id: Option<CustomerId>,
    at: Timestamp,
) -> Result<(u64, Proof), Failure> {
    let retry = sqlx::query(
        "UPDATE forwarding AS f SET due_at = $4, waiting_since = $4, given_up_at = NULL, failures = 0,
                                    failing_since = NULL, fault = NULL
         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.given_up_at IS NOT NULL
           AND ($3::uuid IS NULL OR f.customer_id = $3)",
    )
    .bind(bucket(organization_id))
    .bind(uuid(organization_id.to_bytes()))
    .bind(customer_id.map(|id| uuid(id.to_bytes())))
    .bind(Time(at));
    let retried = retry.execute(&mut *db).await?.rows_affected();
    numbered(db, retried).await
}
