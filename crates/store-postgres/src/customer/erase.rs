//! Removing customers, with everything that hangs on them but their keys.

use sqlx::PgConnection;
use sqlx::postgres::PgBindIterExt;

use super::write::{Row, expect};
use crate::arguments::Arguments;
use crate::error::Failure;
use crate::row::{bucket, uuid};

const CUSTOMERS: &str = "
    DELETE FROM customer AS c
    USING unnest($2::smallint[], $3::uuid[], $4::uuid[], $5::bigint[]) AS q(bucket, organization_id, id, version)
    WHERE c.bucket = ANY(ARRAY[q.bucket]) AND c.organization_id = q.organization_id AND c.id = q.id AND c.version = q.version
      AND c.bucket = ANY($1::numeric[])";

/// What is only written by who holds the customer's row, each by an index.
const BELONGINGS: [&str; 4] = [
    "DELETE FROM customer_token AS t
     USING unnest($2::smallint[], $3::uuid[], $4::uuid[]) AS q(bucket, organization_id, id)
     WHERE t.customer_id = ANY(ARRAY[q.id]) AND t.organization_id IS NOT DISTINCT FROM q.organization_id
       AND t.bucket = ANY($1::numeric[])",
    "DELETE FROM customer_installation AS i
     USING unnest($2::smallint[], $3::uuid[], $4::uuid[]) AS q(bucket, organization_id, id)
     WHERE i.bucket = ANY(ARRAY[q.bucket]) AND i.organization_id = q.organization_id AND i.customer_id = q.id
       AND i.bucket = ANY($1::numeric[])",
    "DELETE FROM network_session AS s
     USING unnest($2::smallint[], $3::uuid[], $4::uuid[]) AS q(bucket, organization_id, id)
     WHERE s.customer_id = ANY(ARRAY[q.id]) AND s.organization_id IS NOT DISTINCT FROM q.organization_id
       AND s.bucket = ANY($1::numeric[])",
    // Who did what when is nothing of the person's.
    "UPDATE customer_history AS h SET fields = 0, accepted = 0, customs = NULL, more_fields = NULL, more_accepted = NULL
     FROM unnest($2::smallint[], $3::uuid[], $4::uuid[]) AS q(bucket, organization_id, id)
     WHERE h.bucket = ANY(ARRAY[q.bucket]) AND h.organization_id = q.organization_id AND h.customer_id = q.id
       AND h.bucket = ANY($1::numeric[])",
];

/// Removes the customers first: from then on nobody else gives them anything.
///
/// # Errors
/// [`Failure::Lost`] when one of them has changed.
pub(super) async fn erase(db: &mut PgConnection, buckets: &[i16], rows: &[Row<'_>]) -> Result<(), Failure> {
    let versions = rows.iter().map(|row| row.rests_on.0).bind_iter();
    let customers = sqlx::query_with(CUSTOMERS, places(buckets, rows).add(versions).finish()?);
    expect(customers.execute(&mut *db).await?.rows_affected(), rows)?;
    for belongings in BELONGINGS {
        sqlx::query_with(belongings, places(buckets, rows).finish()?).execute(&mut *db).await?;
    }
    Ok(())
}

/// `$1` to `$4`: the buckets of the batch, and where each row is.
fn places(buckets: &[i16], rows: &[Row<'_>]) -> Arguments {
    Arguments::new()
        .add(buckets)
        .add(rows.iter().map(|row| bucket(row.customer.organization_id)).bind_iter())
        .add(rows.iter().map(|row| uuid(row.customer.organization_id.to_bytes())).bind_iter())
        .add(rows.iter().map(|row| uuid(row.customer.id.to_bytes())).bind_iter())
}
