//! Taking those who are due.

use std::collections::HashMap;
use std::sync::LazyLock;

use domain::customer::Customer;
use domain::forwarding::{Parcel, Waiting};
use domain::ports::{CorruptRow, PasswordSealer};
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;
use sqlx::PgConnection;
use sqlx::postgres::PgBindIterExt;

use super::row::{self, SELECT};
use crate::attempt::numbered;
use crate::customer::customers_of;
use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::time::Time;

/// Whose customers to take.
pub(super) struct Whose {
    pub(super) organization_id: OrganizationId,
    pub(super) at: Timestamp,
    pub(super) until: Timestamp,
    pub(super) limit: u16,
}

/// Whom somebody else has at the moment is passed over.
static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{SELECT} WHERE f.bucket = $1 AND f.organization_id = $2 AND f.due_at <= $3
         ORDER BY f.due_at LIMIT $4 FOR UPDATE OF f SKIP LOCKED"
    )
});

/// Customers are read after their rows are locked: whatever changes them from then on is counted after this.
pub(super) async fn take(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    whose: &Whose,
) -> Result<(Vec<Parcel>, Option<String>), Failure> {
    let due = sqlx::query(DUE.as_str())
        .bind(bucket(whose.organization_id))
        .bind(uuid(whose.organization_id.to_bytes()))
        .bind(Time(whose.at))
        .bind(i64::from(whose.limit));
    let due = due.fetch_all(&mut *db).await?;
    let due: Vec<_> = due.iter().map(row::restore).collect::<Result<_, CorruptRow>>()?;
    if due.is_empty() {
        return numbered(db, Vec::new()).await;
    }
    let ids = due.iter().map(|waiting| waiting.customer_id);
    let mut customers = customers_of(db, sealer, whose.organization_id, ids).await?;
    give_up(db, whose, &customers).await?;
    let parcels: Vec<_> = due.into_iter().filter_map(|waiting| parcel(waiting, &mut customers)).collect();
    mark(db, whose, &parcels).await?;
    numbered(db, parcels).await
}

/// `None` when the customer cannot be read.
fn parcel(waiting: Waiting, customers: &mut HashMap<CustomerId, Result<Customer, CorruptRow>>) -> Option<Parcel> {
    let customer = customers.remove(&waiting.customer_id).transpose().ok()?;
    Some(Parcel { waiting, customer })
}

/// Those who cannot be read.
async fn give_up(
    db: &mut PgConnection,
    whose: &Whose,
    customers: &HashMap<CustomerId, Result<Customer, CorruptRow>>,
) -> Result<(), Failure> {
    for (id, row) in customers {
        let Err(row) = row else { continue };
        let give_up = sqlx::query(
            "UPDATE forwarding AS f SET due_at = NULL, waiting_since = NULL, taken = false, given_up_at = $4, fault = $5
             WHERE f.bucket = $1 AND f.organization_id = $2 AND f.customer_id = $3",
        )
        .bind(bucket(whose.organization_id))
        .bind(uuid(whose.organization_id.to_bytes()))
        .bind(uuid(id.to_bytes()))
        .bind(Time(whose.at))
        .bind(row.to_string());
        give_up.execute(&mut *db).await?;
    }
    Ok(())
}

/// Whoever is erased and was never sent is not sent now either.
async fn mark(db: &mut PgConnection, whose: &Whose, parcels: &[Parcel]) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE forwarding AS f SET due_at = $3, taken = true, sent = f.sent OR q.there
         FROM unnest($4::uuid[], $5::boolean[]) AS q(customer_id, there)
         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.customer_id = q.customer_id",
    )
    .bind(bucket(whose.organization_id))
    .bind(uuid(whose.organization_id.to_bytes()))
    .bind(Time(whose.until))
    .bind(parcels.iter().map(|parcel| uuid(parcel.waiting.customer_id.to_bytes())).bind_iter())
    .bind(parcels.iter().map(|parcel| parcel.customer.is_some()).bind_iter())
    .execute(db)
    .await?;
    Ok(())
}
