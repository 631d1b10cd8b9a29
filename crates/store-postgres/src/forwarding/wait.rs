//! Letting customers wait.

use domain::batch::Waits;
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::postgres::PgBindIterExt;
use uuid::Uuid;

use crate::arguments::Arguments;
use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::time::Time;
use crate::transaction::{Proof, numbered};

/// Lets them wait, who come in the order that all transactions share. Who is on the way stays there, and waits again when
/// that is settled.
pub(crate) async fn wait(db: &mut PgConnection, buckets: &[i16], waiting: &[Waits]) -> Result<(), Failure> {
    let arguments = Arguments::new()
        .add(buckets)
        .add(waiting.iter().map(|waits| bucket(waits.organization_id)).bind_iter())
        .add(waiting.iter().map(|waits| uuid(waits.organization_id.to_bytes())).bind_iter())
        .add(waiting.iter().map(|waits| uuid(waits.customer_id.to_bytes())).bind_iter())
        .add(waiting.iter().map(|waits| Time(waits.since)).bind_iter());
    let wait = sqlx::query_with(
        "INSERT INTO forwarding AS f (bucket, organization_id, customer_id, change, due_at, waiting_since)
         SELECT o.bucket, o.id, q.customer_id, 1, q.since, q.since
         FROM unnest($2::smallint[], $3::uuid[], $4::uuid[], $5::timestamptz[])
              AS q(bucket, organization_id, customer_id, since)
         JOIN organization o ON o.bucket = ANY(ARRAY[q.bucket]) AND o.id = q.organization_id
         WHERE o.bucket = ANY($1::numeric[])
         ON CONFLICT (bucket, organization_id, customer_id) DO UPDATE SET
             change = f.change + 1,
             due_at = CASE WHEN f.taken THEN f.due_at ELSE excluded.due_at END,
             waiting_since = coalesce(f.waiting_since, excluded.waiting_since),
             failures = 0, failing_since = NULL, fault = NULL, given_up_at = NULL",
        arguments.finish()?,
    );
    wait.execute(db).await?;
    Ok(())
}

/// Lets customers wait from this one on; tells the next.
pub(super) async fn enqueue(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    from: CustomerId,
    limit: u16,
    at: Timestamp,
) -> Result<(Option<CustomerId>, Proof), Failure> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT c.id FROM customer c
         WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id >= $3
           AND EXISTS (SELECT FROM organization o WHERE o.bucket = $1 AND o.id = $2 AND o.forwards)
         ORDER BY c.id LIMIT $4",
    )
    .bind(bucket(organization_id))
    .bind(uuid(organization_id.to_bytes()))
    .bind(uuid(from.to_bytes()))
    .bind(i64::from(limit) + 1)
    .fetch_all(&mut *db)
    .await?;
    let mut ids: Vec<_> = ids.into_iter().map(|id| CustomerId::from_bytes(*id.as_bytes())).collect();
    let next = if ids.len() > usize::from(limit) { ids.pop() } else { None };
    let waiting: Vec<_> =
        ids.into_iter().map(|customer_id| Waits { organization_id, customer_id, since: at }).collect();
    wait(db, &[bucket(organization_id)], &waiting).await?;
    numbered(db, next).await
}
