//! Reading what a wave needs.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use domain::batch::{Needs, Stored};
use domain::customer::{Customer, Key, KeyKind, Unreadable};
use domain::ports::PasswordSealer;
use domain::value::{CustomerId, LocationId, OrganizationId, Username};
use sqlx::postgres::{PgArguments, PgBindIterExt, PgRow};
use sqlx::{PgConnection, Postgres, Row};
use uuid::Uuid;

use super::columns::{CUSTOMERS, OWNERS};
use super::find::exists_anywhere;
use super::{receipt, row};
use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::transaction::Proof;

type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

/// Customers, by their ids.
pub(super) type Customers = BTreeSet<(OrganizationId, CustomerId)>;

/// How often each of the customers has changed.
pub(super) type Versions = HashMap<(OrganizationId, CustomerId), i64>;

/// What was found.
#[derive(Default)]
pub(super) struct Met {
    pub(super) stored: Stored,
    pub(super) versions: Versions,
}

/// Reads it, and tells by what the transaction is found. Can lock the customers among it until the end of that: an update
/// holds by the version anyhow, but whoever lost before should not lose again.
pub(super) async fn read(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    needs: &Needs,
    lock: bool,
    proof: &mut Proof,
) -> Result<Met, Failure> {
    let mut met = Met::default();
    let buckets = buckets(needs.places.iter().map(|(organization_id, _)| *organization_id));
    places(db, &buckets, needs, &mut met.stored, proof).await?;
    if !needs.keys.is_empty() {
        owners(db, sealer, &buckets, needs, lock, &mut met).await?;
    }
    let mut customers = Cow::Borrowed(&needs.customers);
    if !needs.receipts.is_empty() {
        receipt::read(db, &buckets, &needs.receipts, &mut met.stored).await?;
        let receipts = &met.stored.receipts;
        customers.to_mut().extend(receipts.iter().filter_map(|((organization_id, _), receipt)| {
            Some((*organization_id, receipt.as_ref().ok()?.customer_id))
        }));
    }
    if !customers.is_empty() {
        read_customers(db, sealer, &buckets, &customers, lock, &mut met).await?;
        find_foreign(db, needs, &mut met.stored).await?;
        find_gone(db, &buckets, needs, &mut met.stored).await?;
    }
    if !needs.usernames.is_empty() {
        usernames(db, &buckets, needs, &mut met.stored).await?;
    }
    Ok(met)
}

/// Each bucket once.
pub(super) fn buckets(organizations: impl Iterator<Item = OrganizationId>) -> Vec<i16> {
    let organizations: BTreeSet<_> = organizations.collect();
    let buckets: BTreeSet<_> = organizations.into_iter().map(bucket).collect();
    buckets.into_iter().collect()
}

async fn places(
    db: &mut PgConnection,
    buckets: &[i16],
    needs: &Needs,
    stored: &mut Stored,
    proof: &mut Proof,
) -> Result<(), sqlx::Error> {
    let places = &needs.places;
    let rows = sqlx::query(
        "SELECT o.id, o.default_location_id, o.forwards,
                (SELECT l.id FROM location l WHERE l.bucket = o.bucket AND l.organization_id = o.id
                   AND l.id = q.location_id AND l.bucket = ANY($1::numeric[])) AS location_id,
                pg_current_xact_id()::text AS number, current_setting('guestbook.server', true) AS server
         FROM unnest($2::smallint[], $3::uuid[], $4::uuid[]) AS q(bucket, organization_id, location_id)
         JOIN organization o ON o.bucket = ANY(ARRAY[q.bucket]) AND o.id = q.organization_id
         WHERE o.bucket = ANY($1::numeric[])",
    )
    .bind(buckets)
    .bind(places.iter().map(|(organization_id, _)| bucket(*organization_id)).bind_iter())
    .bind(places.iter().map(|(organization_id, _)| uuid(organization_id.to_bytes())).bind_iter())
    .bind(places.iter().map(|(_, location_id)| location_id.map(|id| uuid(id.to_bytes()))).bind_iter())
    .fetch_all(db)
    .await?;
    for row in rows {
        *proof = Proof::restore(&row)?;
        let organization_id = OrganizationId::from_bytes(bytes(&row, "id")?);
        let default = LocationId::from_bytes(bytes(&row, "default_location_id")?);
        stored.organizations.insert(organization_id, Ok(default));
        if row.try_get("forwards")? {
            stored.forwarding.insert(organization_id);
        }
        if let Some(location_id) = row.try_get::<Option<Uuid>, _>("location_id")? {
            stored.locations.insert((organization_id, LocationId::from_bytes(*location_id.as_bytes())));
        }
    }
    Ok(())
}

async fn owners(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    buckets: &[i16],
    needs: &Needs,
    lock: bool,
    met: &mut Met,
) -> Result<(), sqlx::Error> {
    let rows = bind_keys(sqlx::query(OWNERS.statement(lock)).bind(buckets), needs).fetch_all(db).await?;
    for row in rows {
        met.add_owner(&row, sealer)?;
    }
    Ok(())
}

/// As [`super::columns`] wants to find customers by their keys.
pub(super) fn bind_keys<'q>(query: Query<'q>, needs: &'q Needs) -> Query<'q> {
    let keys = &needs.keys;
    query
        .bind(keys.iter().map(|(organization_id, _)| bucket(*organization_id)).bind_iter())
        .bind(keys.iter().map(|(organization_id, _)| uuid(organization_id.to_bytes())).bind_iter())
        .bind(keys.iter().map(|(_, key)| key.kind.number()).bind_iter())
        .bind(keys.iter().map(|(_, key)| key.value.as_str()).bind_iter())
}

/// And by their ids.
pub(super) fn bind_customers<'q>(query: Query<'q>, customers: &'q Customers) -> Query<'q> {
    query
        .bind(customers.iter().map(|(organization_id, _)| bucket(*organization_id)).bind_iter())
        .bind(customers.iter().map(|(organization_id, _)| uuid(organization_id.to_bytes())).bind_iter())
        .bind(customers.iter().map(|(_, id)| uuid(id.to_bytes())).bind_iter())
}

async fn read_customers(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    buckets: &[i16],
    customers: &Customers,
    lock: bool,
    met: &mut Met,
) -> Result<(), sqlx::Error> {
    let customers = bind_customers(sqlx::query(CUSTOMERS.statement(lock)).bind(buckets), customers);
    for row in customers.fetch_all(db).await? {
        met.add_customer(&row, sealer)?;
    }
    Ok(())
}

/// Those of the customers of one organization that are there.
pub(crate) async fn customers_of(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    organization_id: OrganizationId,
    ids: impl Iterator<Item = CustomerId>,
) -> Result<HashMap<CustomerId, Result<Customer, Unreadable>>, sqlx::Error> {
    let customers: Customers = ids.map(|id| (organization_id, id)).collect();
    let mut met = Met::default();
    read_customers(db, sealer, &[bucket(organization_id)], &customers, false, &mut met).await?;
    Ok(met.stored.customers.into_iter().map(|((_, id), customer)| (id, customer)).collect())
}

/// Looks in other organizations for the customers that a command means and that are not in its own.
async fn find_foreign(db: &mut PgConnection, needs: &Needs, stored: &mut Stored) -> Result<(), sqlx::Error> {
    let missing: Vec<_> = needs.meant().filter(|customer| !stored.customers.contains_key(customer)).collect();
    if !missing.is_empty() {
        stored.foreign.extend(exists_anywhere(db, missing.into_iter().map(|(_, id)| id)).await?);
    }
    Ok(())
}

/// Finds those of the customers that commands may have created before that were, although they are not there.
async fn find_gone(
    db: &mut PgConnection,
    buckets: &[i16],
    needs: &Needs,
    stored: &mut Stored,
) -> Result<(), sqlx::Error> {
    let doubted: Vec<_> = needs.doubted().filter(|customer| !stored.customers.contains_key(customer)).collect();
    if doubted.is_empty() {
        return Ok(());
    }
    let rows = sqlx::query(
        "SELECT h.organization_id, h.id
         FROM unnest($2::smallint[], $3::uuid[], $4::uuid[]) AS q(bucket, organization_id, id)
         JOIN customer_history h ON h.bucket = ANY(ARRAY[q.bucket]) AND h.organization_id = q.organization_id
              AND h.customer_id = q.id AND h.id = q.id
         WHERE h.bucket = ANY($1::numeric[])",
    )
    .bind(buckets)
    .bind(doubted.iter().map(|(organization_id, _)| bucket(*organization_id)).bind_iter())
    .bind(doubted.iter().map(|(organization_id, _)| uuid(organization_id.to_bytes())).bind_iter())
    .bind(doubted.iter().map(|(_, id)| uuid(id.to_bytes())).bind_iter())
    .fetch_all(db)
    .await?;
    for row in rows {
        let organization_id = OrganizationId::from_bytes(bytes(&row, "organization_id")?);
        stored.gone.insert((organization_id, CustomerId::from_bytes(bytes(&row, "id")?)));
    }
    Ok(())
}

/// By the username alone, which leads the index of usernames: what else is asked for is compared with what that finds.
async fn usernames(
    db: &mut PgConnection,
    buckets: &[i16],
    needs: &Needs,
    stored: &mut Stored,
) -> Result<(), sqlx::Error> {
    let usernames = &needs.usernames;
    let rows = sqlx::query(
        "SELECT c.organization_id, c.username
         FROM unnest($2::smallint[], $3::uuid[], $4::text[]) AS q(bucket, organization_id, username)
         JOIN customer c ON c.username = ANY(ARRAY[q.username]) AND c.organization_id::text = q.organization_id::text
         WHERE c.bucket = ANY($1::numeric[])",
    )
    .bind(buckets)
    .bind(usernames.iter().map(|(organization_id, _)| bucket(*organization_id)).bind_iter())
    .bind(usernames.iter().map(|(organization_id, _)| uuid(organization_id.to_bytes())).bind_iter())
    .bind(usernames.iter().map(|(_, username)| username.as_str()).bind_iter())
    .fetch_all(db)
    .await?;
    for row in rows {
        let organization_id = OrganizationId::from_bytes(bytes(&row, "organization_id")?);
        // What was asked for is a username, and this is one of those.
        if let Ok(username) = Username::restore(row.try_get("username")?) {
            stored.usernames.insert((organization_id, username));
        }
    }
    Ok(())
}

impl Met {
    /// A customer with the keys that it owns.
    pub(super) fn add_owner(&mut self, row: &PgRow, sealer: &dyn PasswordSealer) -> Result<(), sqlx::Error> {
        let (organization_id, id) = self.add_customer(row, sealer)?;
        let (kinds, values): (Vec<i16>, Vec<String>) = (row.try_get("kinds")?, row.try_get("values")?);
        for (number, value) in kinds.into_iter().zip(values) {
            if let Some(kind) = KeyKind::ALL.into_iter().find(|kind| kind.number() == number) {
                self.stored.owners.insert((organization_id, Key { kind, value }), id);
            }
        }
        Ok(())
    }

    pub(super) fn add_customer(
        &mut self,
        row: &PgRow,
        sealer: &dyn PasswordSealer,
    ) -> Result<(OrganizationId, CustomerId), sqlx::Error> {
        let organization_id = OrganizationId::from_bytes(bytes(row, "organization_id")?);
        let id = CustomerId::from_bytes(bytes(row, "id")?);
        self.versions.insert((organization_id, id), row.try_get("version")?);
        self.stored.customers.entry((organization_id, id)).or_insert_with(|| row::restore(row, sealer));
        Ok((organization_id, id))
    }
}

pub(super) fn bytes(row: &PgRow, column: &str) -> Result<[u8; 16], sqlx::Error> {
    Ok(*row.try_get::<Uuid, _>(column)?.as_bytes())
}
