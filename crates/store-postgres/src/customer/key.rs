//! The queues of keys.
//!
//! A queue has a rank 0 as long as it has anybody. Two things keep that so while others write: whoever leaves moves up the
//! next in the same transaction, and whoever lines up behind another holds a lock on rank 0, so that one does not leave at
//! the same time.
//!
//! No statement here fails because somebody has a key, and none is a COPY: the server would log the error with the value.

use std::collections::HashMap;

use domain::batch::{Entry, LostKey, Taken};
use domain::customer::Key;
use domain::value::{CustomerId, OrganizationId};
use sqlx::PgConnection;
use sqlx::postgres::PgBindIterExt;
use uuid::Uuid;

use crate::arguments::Arguments;
use crate::error::Failure;
use crate::row::{bucket, uuid};

/// Enters customers for keys, each as the owner or at the end of the queue.
pub(super) async fn take(db: &mut PgConnection, buckets: &[i16], mut taken: Vec<Taken>) -> Result<(), Failure> {
    // Everybody asks for keys in this order; those who take the same one keep theirs.
    taken.sort_by(|a, b| place(&a.entry).cmp(&place(&b.entry)));
    let entries: Vec<&Entry> = taken.iter().map(|taken| &taken.entry).collect();
    if claim(db, buckets, &entries).await? == entries.len() as u64 {
        return Ok(());
    }
    let owners = lock_owners(db, buckets, &entries).await?;
    let mut behind = Vec::new();
    for Taken { entry, must_own } in &taken {
        match owners.get(&place(entry)) {
            Some(owner) if *owner == entry.customer_id => {}
            Some(_) if !must_own => behind.push(entry),
            // Somebody was quicker, or has just left.
            _ => return Err(Failure::Lost),
        }
    }
    line_up(db, buckets, &behind).await
}

fn place(entry: &Entry) -> (OrganizationId, &Key) {
    (entry.organization_id, &entry.key)
}

/// Makes owners of those whose keys have none, and tells how many those are.
async fn claim(db: &mut PgConnection, buckets: &[i16], entries: &[&Entry]) -> Result<u64, sqlx::Error> {
    let claim = sqlx::query_with(
        "INSERT INTO customer_key AS k (bucket, organization_id, kind, value, rank, customer_id)
         SELECT o.bucket, o.id, q.kind, q.value, 0, q.customer_id
         FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[], $6::uuid[])
              AS q(bucket, organization_id, kind, value, customer_id)
         JOIN organization o ON o.bucket = ANY(ARRAY[q.bucket]) AND o.id = q.organization_id
         WHERE o.bucket = ANY($1::numeric[])
         ON CONFLICT DO NOTHING",
        arguments(buckets, entries).finish()?,
    );
    Ok(claim.execute(db).await?.rows_affected())
}

/// The owners of the keys, who stay that until the end of the transaction.
async fn lock_owners<'e>(
    db: &mut PgConnection,
    buckets: &[i16],
    entries: &[&'e Entry],
) -> Result<HashMap<(OrganizationId, &'e Key), CustomerId>, sqlx::Error> {
    let mut distinct = entries.to_vec();
    distinct.dedup_by(|a, b| place(a) == place(b));
    let numbers: Vec<_> = (0..distinct.len() as i64).collect();
    let lock = sqlx::query_as_with(
        "SELECT q.n, k.customer_id
         FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[], $6::uuid[], $7::bigint[])
              AS q(bucket, organization_id, kind, value, customer_id, n)
         JOIN customer_key k ON k.bucket = ANY(ARRAY[q.bucket]) AND k.organization_id = q.organization_id
              AND k.kind = q.kind AND k.value = q.value AND k.rank = 0 * q.kind
         WHERE k.bucket = ANY($1::numeric[])
         ORDER BY q.n
         FOR UPDATE OF k",
        arguments(buckets, &distinct).add(numbers).finish()?,
    );
    let owners: Vec<(i64, Uuid)> = lock.fetch_all(db).await?;
    let owner = |(n, id): (i64, Uuid)| {
        let entry = usize::try_from(n).ok().and_then(|n| distinct.get(n))?;
        Some((place(entry), CustomerId::from_bytes(*id.as_bytes())))
    };
    Ok(owners.into_iter().filter_map(owner).collect())
}

/// Puts them at the ends of queues that have an owner.
async fn line_up(db: &mut PgConnection, buckets: &[i16], entries: &[&Entry]) -> Result<(), Failure> {
    let mut steps: Vec<i64> = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let before = at.checked_sub(1).filter(|before| place(entries[*before]) == place(entry));
        steps.push(before.map_or(1, |before| steps[before] + 1));
    }
    let line_up = sqlx::query_with(
        "INSERT INTO customer_key AS k (bucket, organization_id, kind, value, rank, customer_id)
         SELECT o.bucket, o.id, q.kind, q.value,
                (SELECT max(e.rank) FROM customer_key e
                 WHERE e.bucket = ANY(ARRAY[q.bucket]) AND e.organization_id = q.organization_id
                   AND e.kind = q.kind AND e.value = q.value AND e.bucket = ANY($1::numeric[])) + q.step,
                q.customer_id
         FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[], $6::uuid[], $7::bigint[])
              AS q(bucket, organization_id, kind, value, customer_id, step)
         JOIN organization o ON o.bucket = ANY(ARRAY[q.bucket]) AND o.id = q.organization_id
         WHERE o.bucket = ANY($1::numeric[])
         ON CONFLICT DO NOTHING",
        arguments(buckets, entries).add(steps).finish()?,
    );
    let lined_up = line_up.execute(db).await?.rows_affected();
    if lined_up == entries.len() as u64 { Ok(()) } else { Err(Failure::Lost) }
}

/// Which key of this kind the customer has, if there is one. It takes a look at all keys of the organization of this kind,
/// and is rare: the customer's row cannot be read.
pub(super) async fn find_lost(db: &mut PgConnection, lost: &LostKey) -> Result<Option<Entry>, sqlx::Error> {
    let value: Option<String> = sqlx::query_scalar(
        "SELECT k.value FROM customer_key k
         WHERE k.bucket = $1 AND k.organization_id = $2 AND k.kind = $3 AND k.customer_id = $4 LIMIT 1",
    )
    .bind(bucket(lost.organization_id))
    .bind(uuid(lost.organization_id.to_bytes()))
    .bind(lost.kind.number())
    .bind(uuid(lost.customer_id.to_bytes()))
    .fetch_optional(db)
    .await?;
    let entry = |value| Entry {
        organization_id: lost.organization_id,
        key: Key { kind: lost.kind, value },
        customer_id: lost.customer_id,
    };
    Ok(value.map(entry))
}

/// Takes customers out of queues. Where one owned the key, the next in the queue does from now on.
pub(super) async fn release(
    db: &mut PgConnection,
    buckets: &[i16],
    mut entries: Vec<Entry>,
) -> Result<(), sqlx::Error> {
    entries.sort();
    let entries: Vec<_> = entries.iter().collect();
    let numbers: Vec<_> = (0..entries.len() as i64).collect();
    let release = sqlx::query_as_with(
        "DELETE FROM customer_key AS k
         USING unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[], $6::uuid[], $7::bigint[])
               AS q(bucket, organization_id, kind, value, customer_id, n)
         WHERE k.bucket = ANY(ARRAY[q.bucket]) AND k.organization_id = q.organization_id AND k.kind = q.kind AND k.value = q.value
           AND k.customer_id = q.customer_id AND k.bucket = ANY($1::numeric[])
         RETURNING q.n, k.rank",
        arguments(buckets, &entries).add(numbers).finish()?,
    );
    let left: Vec<(i64, i64)> = release.fetch_all(&mut *db).await?;
    let vacant = left.into_iter().filter(|(_, rank)| *rank == 0);
    let mut vacant: Vec<_> = vacant.filter_map(|(n, _)| usize::try_from(n).ok()).collect();
    vacant.sort_unstable();
    let vacant: Vec<_> = vacant.into_iter().filter_map(|n| entries.get(n).copied()).collect();
    if vacant.is_empty() { Ok(()) } else { promote(db, buckets, &vacant).await }
}

/// Moves up the next in each of the queues. Locked as it is sought: whoever is about to leave too is waited for, and then
/// passed over.
async fn promote(db: &mut PgConnection, buckets: &[i16], vacant: &[&Entry]) -> Result<(), sqlx::Error> {
    let promote = sqlx::query_with(
        "UPDATE customer_key AS k SET rank = 0
         FROM unnest($2::smallint[], $3::uuid[], $4::smallint[], $5::text[], $6::uuid[])
              AS q(bucket, organization_id, kind, value, customer_id)
         WHERE k.bucket = ANY(ARRAY[q.bucket]) AND k.organization_id = q.organization_id AND k.kind = q.kind AND k.value = q.value
           AND k.bucket = ANY($1::numeric[])
           AND k.rank = (SELECT e.rank FROM customer_key e
                         WHERE e.bucket = ANY(ARRAY[q.bucket]) AND e.organization_id = q.organization_id
                           AND e.kind = q.kind AND e.value = q.value AND e.bucket = ANY($1::numeric[])
                         ORDER BY e.rank LIMIT 1 FOR UPDATE)",
        arguments(buckets, vacant).finish()?,
    );
    promote.execute(db).await.map(|_| ())
}

/// `$1` to `$6`: the buckets of the batch, then each column of the entries.
fn arguments(buckets: &[i16], entries: &[&Entry]) -> Arguments {
    Arguments::new()
        .add(buckets)
        .add(entries.iter().map(|entry| bucket(entry.organization_id)).bind_iter())
        .add(entries.iter().map(|entry| uuid(entry.organization_id.to_bytes())).bind_iter())
        .add(entries.iter().map(|entry| entry.key.kind.number()).bind_iter())
        .add(entries.iter().map(|entry| entry.key.value.as_str()).bind_iter())
        .add(entries.iter().map(|entry| uuid(entry.customer_id.to_bytes())).bind_iter())
}
