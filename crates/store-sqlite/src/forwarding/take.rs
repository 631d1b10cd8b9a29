//! Taking those who are due.

use std::collections::{BTreeSet, HashMap};
use std::sync::LazyLock;

use domain::customer::{Customer, Unreadable};
use domain::forwarding::{Account, Lease, Parcel, Waiting};
use domain::limits;
use domain::ports::{CorruptRow, PasswordSealer, StoreError};
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::account::is_the_one;
use super::row::{self, SELECT};
use crate::customer::customers_of;
use crate::error::store_error;
use crate::row::passed_over;

/// Whose customers to take.
pub(super) struct Whose<'a> {
    pub(super) account: &'a Account,
    pub(super) at: Timestamp,
    pub(super) until: Timestamp,
    pub(super) limit: u16,
}

type Customers = HashMap<(OrganizationId, CustomerId), Result<Customer, Unreadable>>;

static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{SELECT} WHERE o.bucket = ?1 AND o.id = ?2 AND f.bucket = ?1 AND f.organization_id = ?2 AND f.due_at <= ?3
         ORDER BY f.due_at LIMIT ?4"
    )
});

/// Whether anybody is due, or will be so late that a clock was wrong: a look that keeps no writer waiting.
const IS_DUE: &str = "
    SELECT EXISTS (SELECT 1 FROM forwarding_account a WHERE a.bucket = ?1 AND a.organization_id = ?2 AND NOT a.held)
      AND (EXISTS (SELECT 1 FROM forwarding f WHERE f.bucket = ?1 AND f.organization_id = ?2 AND f.due_at <= ?3)
           OR EXISTS (SELECT 1 FROM forwarding f WHERE f.bucket = ?1 AND f.organization_id = ?2 AND f.due_at > ?4))";

pub(super) async fn is_due(db: &SqlitePool, whose: &Whose<'_>) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(IS_DUE)
        .bind(whose.account.organization_id.bucket().number())
        .bind(whose.account.organization_id.to_bytes().to_vec())
        .bind(whose.at.as_millisecond())
        .bind(last_plausible(whose.at))
        .fetch_one(db)
        .await
}

fn last_plausible(at: Timestamp) -> i64 {
    at.as_millisecond() + limits::FORWARDING_DUE_SECONDS * 1000
}

/// Those whom a wrong clock put off, or has leased.
async fn bring_forward(db: &mut SqliteConnection, whose: &Whose<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE forwarding SET due_at = ?3, waiting_since = min(waiting_since, ?3), taken = 0
         WHERE bucket = ?1 AND organization_id = ?2 AND due_at > ?4",
    )
    .bind(whose.account.organization_id.bucket().number())
    .bind(whose.account.organization_id.to_bytes().to_vec())
    .bind(whose.at.as_millisecond())
    .bind(last_plausible(whose.at))
    .execute(db)
    .await?;
    Ok(())
}

async fn is_held(db: &mut SqliteConnection, account: &Account) -> Result<bool, sqlx::Error> {
    let held = sqlx::query_scalar("SELECT held FROM forwarding_account WHERE bucket = ? AND organization_id = ?")
        .bind(account.organization_id.bucket().number())
        .bind(account.organization_id.to_bytes().to_vec());
    held.fetch_one(db).await
}

pub(super) async fn take(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    whose: &Whose<'_>,
) -> Result<Vec<Parcel>, StoreError> {
    if !is_the_one(db, whose.account).await.map_err(store_error)?
        || is_held(db, whose.account).await.map_err(store_error)?
    {
        return Ok(Vec::new());
    }
    bring_forward(db, whose).await.map_err(store_error)?;
    let due = sqlx::query(DUE.as_str())
        .bind(whose.account.organization_id.bucket().number())
        .bind(whose.account.organization_id.to_bytes().to_vec())
        .bind(whose.at.as_millisecond())
        .bind(whose.limit);
    let due = due.fetch_all(&mut *db).await.map_err(store_error)?;
    let due = readable(db, whose, &due).await?;
    let ids: BTreeSet<_> = due.iter().map(|(waiting, _)| (waiting.organization_id, waiting.customer_id)).collect();
    let mut customers = customers_of(db, sealer, &ids).await.map_err(store_error)?;
    let mut parcels = Vec::with_capacity(due.len());
    for (waiting, lease) in due {
        parcels.extend(take_one(db, whose, (waiting, lease), &mut customers).await.map_err(store_error)?);
    }
    Ok(parcels)
}

/// Those whose rows here can be read. The others are given up.
async fn readable(
    db: &mut SqliteConnection,
    whose: &Whose<'_>,
    due: &[SqliteRow],
) -> Result<Vec<(Waiting, Lease)>, StoreError> {
    let mut readable = Vec::with_capacity(due.len());
    for row in due {
        match row::restore(row).and_then(|waiting| Ok((waiting, row::lease(row)?))) {
            Ok(waiting) => readable.push(waiting),
            Err(corrupt) => {
                let customer_id: Vec<u8> = row.try_get("customer_id").map_err(store_error)?;
                give_up(db, whose, customer_id, &corrupt).await.map_err(store_error)?;
            }
        }
    }
    Ok(readable)
}

/// Gives up who cannot be read.
async fn give_up(
    db: &mut SqliteConnection,
    whose: &Whose<'_>,
    customer_id: Vec<u8>,
    row: &CorruptRow,
) -> Result<(), sqlx::Error> {
    passed_over(row);
    sqlx::query(
        "UPDATE forwarding SET due_at = NULL, waiting_since = NULL, taken = 0, given_up_at = ?, fault = ?
         WHERE bucket = ? AND organization_id = ? AND customer_id = ?",
    )
    .bind(whose.at.as_millisecond())
    .bind(row.to_string())
    .bind(whose.account.organization_id.bucket().number())
    .bind(whose.account.organization_id.to_bytes().to_vec())
    .bind(customer_id)
    .execute(db)
    .await?;
    Ok(())
}

/// `None` when the customer cannot be read: it is given up.
async fn take_one(
    db: &mut SqliteConnection,
    whose: &Whose<'_>,
    (waiting, lease): (Waiting, Lease),
    customers: &mut Customers,
) -> Result<Option<Parcel>, sqlx::Error> {
    let customer = match customers.remove(&(waiting.organization_id, waiting.customer_id)).transpose() {
        Ok(customer) => customer,
        Err(unreadable) => {
            give_up(db, whose, waiting.customer_id.to_bytes().to_vec(), &unreadable.row).await?;
            return Ok(None);
        }
    };
    // What is known of an earlier account is forgotten. Whoever is erased and was never sent is not sent now either.
    sqlx::query(
        "UPDATE forwarding SET
             due_at = ?1, taken = 1, epoch = ?2, lease = ?3, sent = ?4, remote_id = iif(epoch = ?2, remote_id, NULL)
         WHERE bucket = ?5 AND organization_id = ?6 AND customer_id = ?7",
    )
    .bind(whose.until.as_millisecond())
    .bind(lease.account)
    .bind(lease.number)
    .bind(waiting.sent || customer.is_some())
    .bind(whose.account.organization_id.bucket().number())
    .bind(whose.account.organization_id.to_bytes().to_vec())
    .bind(waiting.customer_id.to_bytes().to_vec())
    .execute(db)
    .await?;
    Ok(Some(Parcel { waiting, lease, customer }))
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn the_due_are_found_in_their_order() {
        let plan = crate::open::plan(super::DUE.as_str()).await;
        assert!(plan.contains("INDEX forwarding_due (bucket=? AND organization_id=? AND due_at<?)"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
    }

    #[tokio::test]
    async fn whether_anybody_is_due_is_a_look_at_the_ends_of_an_index() {
        let plan = crate::open::plan(super::IS_DUE).await;
        for end in ["due_at<?", "due_at>?"] {
            let look = format!("INDEX forwarding_due (bucket=? AND organization_id=? AND {end})");
            assert!(plan.contains(&look), "{plan}");
        }
    }
}
