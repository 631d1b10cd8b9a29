//! Taking those who are due.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::customer::{Customer, Unreadable};
use domain::forwarding::{Account, Lease, Parcel, Waiting};
use domain::limits;
use domain::ports::{CorruptRow, PasswordSealer};
use domain::value::CustomerId;
use jiff::{SignedDuration, Timestamp};
use sqlx::postgres::{PgBindIterExt, PgRow};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::row::{self, SELECT};
use crate::customer::customers_of;
use crate::error::Failure;
use crate::row::{bucket, passed_over, uuid};
use crate::time::Time;
use crate::transaction::{Proof, numbered};

/// Whose customers to take.
pub(super) struct Whose<'a> {
    pub(super) account: &'a Account,
    pub(super) at: Timestamp,
    pub(super) until: Timestamp,
    pub(super) limit: u16,
}

/// Whom somebody else has at the moment is passed over.
static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{SELECT} WHERE f.bucket = $1 AND f.organization_id = $2 AND o.bucket = $1 AND o.id = $2 AND f.due_at <= $3
         ORDER BY f.due_at LIMIT $4 FOR UPDATE OF f SKIP LOCKED"
    )
});

/// Whether anybody is due, or will be so late that a clock was wrong: a look that keeps nobody waiting.
pub(super) async fn is_due(db: &mut PgConnection, whose: &Whose<'_>) -> Result<bool, Failure> {
    let is_due = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM forwarding_account a
                        WHERE a.bucket = $1 AND a.organization_id = $2 AND NOT a.held)
            AND (EXISTS (SELECT FROM forwarding f
                         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.due_at <= $3)
                 OR EXISTS (SELECT FROM forwarding f
                            WHERE f.bucket = $1 AND f.organization_id = $2 AND f.due_at > $4))",
    )
    .bind(bucket(whose.account.organization_id))
    .bind(uuid(whose.account.organization_id.to_bytes()))
    .bind(Time(whose.at))
    .bind(Time(last_plausible(whose.at)));
    Ok(is_due.fetch_one(db).await?)
}

fn last_plausible(at: Timestamp) -> Timestamp {
    at.checked_add(SignedDuration::from_secs(limits::FORWARDING_DUE_SECONDS)).unwrap_or(Timestamp::MAX)
}

/// Those whom a wrong clock put off, or has leased.
async fn bring_forward(db: &mut PgConnection, whose: &Whose<'_>) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE forwarding AS f SET due_at = $3, waiting_since = least(f.waiting_since, $3), taken = false
         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.due_at > $4",
    )
    .bind(bucket(whose.account.organization_id))
    .bind(uuid(whose.account.organization_id.to_bytes()))
    .bind(Time(whose.at))
    .bind(Time(last_plausible(whose.at)))
    .execute(db)
    .await?;
    Ok(())
}

/// Customers are read after their rows are locked: whatever changes them from then on is counted after this.
pub(super) async fn take(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    whose: &Whose<'_>,
) -> Result<(Vec<Parcel>, Proof), Failure> {
    if !hold(db, whose.account).await? {
        return numbered(db, Vec::new()).await;
    }
    bring_forward(db, whose).await?;
    let due = sqlx::query(DUE.as_str())
        .bind(bucket(whose.account.organization_id))
        .bind(uuid(whose.account.organization_id.to_bytes()))
        .bind(Time(whose.at))
        .bind(i64::from(whose.limit));
    let due = due.fetch_all(&mut *db).await?;
    let due = readable(db, whose, &due).await?;
    if due.is_empty() {
        return numbered(db, Vec::new()).await;
    }
    let ids = due.iter().map(|(waiting, _)| waiting.customer_id);
    let mut customers = customers_of(db, sealer, whose.account.organization_id, ids).await?;
    for (id, customer) in &customers {
        if let Err(unreadable) = customer {
            give_up(db, whose, *id, &unreadable.row).await?;
        }
    }
    let parcels: Vec<_> =
        due.into_iter().filter_map(|(waiting, lease)| parcel(waiting, lease, &mut customers)).collect();
    mark(db, whose, &parcels).await?;
    numbered(db, parcels).await
}

/// Keeps the account as it is meanwhile. `false` when it is another one by now, or is held.
async fn hold(db: &mut PgConnection, account: &Account) -> Result<bool, Failure> {
    let hold = sqlx::query(
        "SELECT 1 FROM forwarding_account a
         WHERE a.bucket = $1 AND a.organization_id = $2 AND a.url = $3 AND a.remote_organization = $4 AND NOT a.held
         FOR SHARE",
    )
    .bind(bucket(account.organization_id))
    .bind(uuid(account.organization_id.to_bytes()))
    .bind(account.url.as_str())
    .bind(account.remote_organization.as_str());
    Ok(hold.fetch_optional(db).await?.is_some())
}

/// `None` when the customer cannot be read.
fn parcel(
    waiting: Waiting,
    lease: Lease,
    customers: &mut HashMap<CustomerId, Result<Customer, Unreadable>>,
) -> Option<Parcel> {
    let customer = customers.remove(&waiting.customer_id).transpose().ok()?;
    Some(Parcel { waiting, lease, customer })
}

/// Those whose rows here can be read. The others are given up.
async fn readable(db: &mut PgConnection, whose: &Whose<'_>, due: &[PgRow]) -> Result<Vec<(Waiting, Lease)>, Failure> {
    let mut readable = Vec::with_capacity(due.len());
    for row in due {
        match row::restore(row).and_then(|waiting| Ok((waiting, row::lease(row)?))) {
            Ok(waiting) => readable.push(waiting),
            Err(corrupt) => {
                let id = CustomerId::from_bytes(*row.try_get::<Uuid, _>("customer_id")?.as_bytes());
                give_up(db, whose, id, &corrupt).await?;
            }
        }
    }
    Ok(readable)
}

/// Gives up who cannot be read.
async fn give_up(db: &mut PgConnection, whose: &Whose<'_>, id: CustomerId, row: &CorruptRow) -> Result<(), Failure> {
    passed_over(row);
    let give_up = sqlx::query(
        "UPDATE forwarding AS f SET due_at = NULL, waiting_since = NULL, taken = false, given_up_at = $4, fault = $5
         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.customer_id = $3",
    )
    .bind(bucket(whose.account.organization_id))
    .bind(uuid(whose.account.organization_id.to_bytes()))
    .bind(uuid(id.to_bytes()))
    .bind(Time(whose.at))
    .bind(row.to_string());
    give_up.execute(db).await?;
    Ok(())
}

/// What is known of an earlier account is forgotten. Whoever is erased and was never sent is not sent now either.
async fn mark(db: &mut PgConnection, whose: &Whose<'_>, parcels: &[Parcel]) -> Result<(), Failure> {
    let there = |parcel: &Parcel| parcel.waiting.sent || parcel.customer.is_some();
    sqlx::query(
        "UPDATE forwarding AS f SET
             due_at = $3, taken = true, epoch = q.epoch, lease = q.lease, sent = q.sent,
             remote_id = CASE WHEN f.epoch = q.epoch THEN f.remote_id END
         FROM unnest($4::uuid[], $5::bigint[], $6::bigint[], $7::boolean[]) AS q(customer_id, epoch, lease, sent)
         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.customer_id = q.customer_id",
    )
    .bind(bucket(whose.account.organization_id))
    .bind(uuid(whose.account.organization_id.to_bytes()))
    .bind(Time(whose.until))
    .bind(parcels.iter().map(|parcel| uuid(parcel.waiting.customer_id.to_bytes())).bind_iter())
    .bind(parcels.iter().map(|parcel| parcel.lease.account).bind_iter())
    .bind(parcels.iter().map(|parcel| parcel.lease.number).bind_iter())
    .bind(parcels.iter().map(there).bind_iter())
    .execute(db)
    .await?;
    Ok(())
}
