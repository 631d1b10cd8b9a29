//! Receipts of requests that may come again.

use std::collections::BTreeSet;

use domain::batch::{NewReceipt, Stored};
use domain::customer::{Fingerprint, Receipt};
use domain::ports::{CorruptRow, Outcome};
use domain::value::{CustomerId, LocationId, OrganizationId};
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::postgres::{PgBindIterExt, PgRow};

use crate::arguments::Arguments;
use crate::error::Failure;
use crate::row::{Columns, bucket, uuid};
use crate::time::Time;

/// Reads those that there are.
pub(super) async fn read(
    db: &mut PgConnection,
    buckets: &[i16],
    sought: &BTreeSet<(OrganizationId, Fingerprint)>,
    stored: &mut Stored,
) -> Result<(), Failure> {
    let rows = sqlx::query(
        "SELECT r.customer_id AS id, r.organization_id, r.key, r.request, r.customer_id, r.created, r.location_id, r.locked, r.answered_at
         FROM unnest($2::smallint[], $3::uuid[], $4::bytea[]) AS q(bucket, organization_id, key)
         JOIN customer_receipt r ON r.bucket = ANY(ARRAY[q.bucket]) AND r.organization_id = q.organization_id AND r.key = q.key
         WHERE r.bucket = ANY($1::numeric[])",
    )
    .bind(buckets)
    .bind(sought.iter().map(|(organization_id, _)| bucket(*organization_id)).bind_iter())
    .bind(sought.iter().map(|(organization_id, _)| uuid(organization_id.to_bytes())).bind_iter())
    .bind(sought.iter().map(|(_, key)| key.as_bytes().as_slice()).bind_iter())
    .fetch_all(db)
    .await?;
    for row in rows {
        stored.receipts.insert(place(&row)?, restore(&row));
    }
    Ok(())
}

/// By what the receipt is found, which is what was asked for.
fn place(row: &PgRow) -> Result<(OrganizationId, Fingerprint), CorruptRow> {
    let columns = Columns::of(row, "customer_receipt");
    let key = Fingerprint::from_bytes(columns.hash("key")?);
    Ok((OrganizationId::from_bytes(columns.id("organization_id")?), key))
}

/// Its id is that of the customer: a key is none.
fn restore(row: &PgRow) -> Result<Receipt, CorruptRow> {
    let columns = Columns::of(row, "customer_receipt");
    Ok(Receipt {
        request: Fingerprint::from_bytes(columns.hash("request")?),
        customer_id: CustomerId::from_bytes(columns.id("customer_id")?),
        outcome: if columns.get("created")? { Outcome::Created } else { Outcome::Updated },
        location_id: LocationId::from_bytes(columns.id("location_id")?),
        locked: columns.get("locked")?,
        at: columns.time("answered_at")?,
    })
}

/// Keeps these.
///
/// # Errors
/// [`Failure::Lost`] when another request with one of the keys was quicker.
pub(super) async fn write(
    db: &mut PgConnection,
    buckets: &[i16],
    mut receipts: Vec<NewReceipt>,
) -> Result<(), Failure> {
    // In an order that all transactions share.
    receipts.sort_unstable_by_key(|new| (new.organization_id, new.key));
    let written = sqlx::query_with(
        "INSERT INTO customer_receipt AS r (bucket, organization_id, key, request, customer_id, created, location_id,
                                            locked, answered_at)
         SELECT o.bucket, o.id, q.key, q.request, q.customer_id, q.created, q.location_id, q.locked, q.answered_at
         FROM unnest($2::smallint[], $3::uuid[], $4::bytea[], $5::bytea[], $6::uuid[], $7::boolean[], $8::uuid[],
                     $9::boolean[], $10::timestamptz[])
              AS q(bucket, organization_id, key, request, customer_id, created, location_id, locked, answered_at)
         JOIN organization o ON o.bucket = ANY(ARRAY[q.bucket]) AND o.id = q.organization_id
         WHERE o.bucket = ANY($1::numeric[])
         ON CONFLICT DO NOTHING",
        arguments(buckets, &receipts).finish()?,
    );
    let written = written.execute(db).await?.rows_affected();
    if written == receipts.len() as u64 { Ok(()) } else { Err(Failure::Lost) }
}

fn arguments(buckets: &[i16], receipts: &[NewReceipt]) -> Arguments {
    Arguments::new()
        .add(buckets)
        .add(receipts.iter().map(|new| bucket(new.organization_id)).bind_iter())
        .add(receipts.iter().map(|new| uuid(new.organization_id.to_bytes())).bind_iter())
        .add(receipts.iter().map(|new| new.key.as_bytes().as_slice()).bind_iter())
        .add(receipts.iter().map(|new| new.receipt.request.as_bytes().as_slice()).bind_iter())
        .add(receipts.iter().map(|new| uuid(new.receipt.customer_id.to_bytes())).bind_iter())
        .add(receipts.iter().map(|new| new.receipt.outcome == Outcome::Created).bind_iter())
        .add(receipts.iter().map(|new| uuid(new.receipt.location_id.to_bytes())).bind_iter())
        .add(receipts.iter().map(|new| new.receipt.locked).bind_iter())
        .add(receipts.iter().map(|new| Time(new.receipt.at)).bind_iter())
}

/// One bucket at a time: on Citus that is one machine.
pub(super) async fn purge(db: &mut PgConnection, before: Timestamp) -> Result<u64, Failure> {
    let bucket: Option<i16> =
        sqlx::query_scalar("SELECT bucket FROM customer_receipt WHERE answered_at < $1 ORDER BY answered_at LIMIT 1")
            .bind(Time(before))
            .fetch_optional(&mut *db)
            .await?;
    let Some(bucket) = bucket else { return Ok(0) };
    let purged = sqlx::query(
        "DELETE FROM customer_receipt AS r
         USING (SELECT e.bucket, e.organization_id, e.key FROM customer_receipt e
                WHERE e.bucket = ANY(ARRAY[$1::smallint]::numeric[]) AND e.answered_at < $2
                ORDER BY e.answered_at LIMIT 1000) AS q
         WHERE r.bucket = ANY(ARRAY[q.bucket]) AND r.organization_id = q.organization_id AND r.key = q.key
           AND r.bucket = ANY(ARRAY[$1::smallint]::numeric[])",
    );
    Ok(purged.bind(bucket).bind(Time(before)).execute(db).await?.rows_affected())
}
