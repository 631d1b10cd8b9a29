//! Keys whose customer is not there.

use domain::batch::{Needs, Stored};
use domain::customer::Key;
use domain::ports::CorruptRow;
use domain::value::CustomerId;
use sqlx::PgConnection;
use sqlx::postgres::PgBindIterExt;
use uuid::Uuid;

use super::read::buckets;
use crate::error::Failure;
use crate::row::{bucket, uuid};

/// Adds the customers that keys name and that are not there, as unreadable.
///
/// No store leaves such a key behind. It looks as if nobody owned the value, and then the value cannot be taken: commands
/// that lost are asked about it, so that only those end that need this very key.
pub(super) async fn tell(db: &mut PgConnection, needs: &Needs, stored: &mut Stored) -> Result<(), Failure> {
    let open: Vec<_> = needs.keys.iter().filter(|key| !stored.owners.contains_key(*key)).collect();
    if open.is_empty() {
        return Ok(());
    }
    let orphans: Vec<(i64, Uuid)> = sqlx::query_as(
        "SELECT q.n, k.customer_id
         FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[], $6::bigint[])
              AS q(bucket, organization_id, kind, value, n)
         JOIN customer_key k ON k.bucket = ANY(ARRAY[q.bucket]) AND k.organization_id = q.organization_id
              AND k.kind = q.kind AND k.value = q.value AND k.rank = 0 * q.kind
         WHERE k.bucket = ANY($1::numeric[]) AND q.bucket = ANY($1)
           AND NOT EXISTS (SELECT FROM customer c WHERE c.bucket = ANY(ARRAY[k.bucket]) AND c.organization_id = k.organization_id
                           AND c.id = k.customer_id AND c.bucket = ANY($1::numeric[]))",
    )
    .bind(buckets(open.iter().map(|(organization_id, _)| *organization_id)))
    .bind(open.iter().map(|(organization_id, _)| bucket(*organization_id)).bind_iter())
    .bind(open.iter().map(|(organization_id, _)| uuid(organization_id.to_bytes())).bind_iter())
    .bind(open.iter().map(|(_, key)| key.kind.number()).bind_iter())
    .bind(open.iter().map(|(_, key)| key.value.as_str()).bind_iter())
    .bind((0..open.len() as i64).bind_iter())
    .fetch_all(db)
    .await?;
    for (n, customer_id) in orphans {
        let Some((organization_id, key)) = usize::try_from(n).ok().and_then(|n| open.get(n)) else { continue };
        let id = CustomerId::from_bytes(*customer_id.as_bytes());
        let row = CorruptRow { table: "customer_key", column: "customer_id", id: id.to_string() };
        stored.owners.insert((*organization_id, Key::clone(key)), id);
        stored.customers.insert((*organization_id, id), Err(row.into()));
    }
    Ok(())
}
