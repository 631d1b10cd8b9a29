//! Receipts of requests that may come again.

use std::collections::BTreeSet;

use domain::batch::{NewReceipt, Stored};
use domain::customer::{Fingerprint, Receipt};
use domain::ports::{CorruptRow, Outcome};
use domain::value::{CustomerId, LocationId, OrganizationId};
use jiff::Timestamp;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::script::{Script, padded};
use crate::row::Columns;

/// Reads those that there are.
pub(super) async fn read(
    db: &mut SqliteConnection,
    sought: &BTreeSet<(OrganizationId, Fingerprint)>,
    stored: &mut Stored,
) -> Result<(), sqlx::Error> {
    for row in select(sought)?.fetch_all(db).await? {
        let place = place(&row).map_err(|row| sqlx::Error::Decode(row.into()))?;
        stored.receipts.insert(place, restore(&row));
    }
    Ok(())
}

fn select(sought: &BTreeSet<(OrganizationId, Fingerprint)>) -> Result<Script, sqlx::Error> {
    let mut script = Script::default();
    script.push(
        "SELECT r.key AS id, r.organization_id, r.request, r.customer_id, r.created, r.location_id, r.locked,
                r.answered_at FROM ",
    );
    script.push_values(3, padded(sought.len()), sought, |script, (organization_id, key)| {
        script.bind_home(*organization_id)?;
        script.bind(key.as_bytes().as_slice())
    })?;
    script.push(
        " v CROSS JOIN customer_receipt r
          WHERE r.bucket = v.column1 AND r.organization_id = v.column2 AND r.key = v.column3",
    );
    Ok(script)
}

/// By what the receipt is found, which is what was asked for.
fn place(row: &SqliteRow) -> Result<(OrganizationId, Fingerprint), CorruptRow> {
    let columns = Columns::of(row, "customer_receipt");
    let key = Fingerprint::from_bytes(columns.bytes("id")?);
    Ok((OrganizationId::from_bytes(columns.bytes("organization_id")?), key))
}

fn restore(row: &SqliteRow) -> Result<Receipt, CorruptRow> {
    let columns = Columns::of(row, "customer_receipt");
    Ok(Receipt {
        request: Fingerprint::from_bytes(columns.bytes("request")?),
        customer_id: CustomerId::from_bytes(columns.bytes("customer_id")?),
        outcome: if columns.get("created")? { Outcome::Created } else { Outcome::Updated },
        location_id: LocationId::from_bytes(columns.bytes("location_id")?),
        locked: columns.get("locked")?,
        at: columns.time("answered_at")?,
    })
}

/// Adds these. That there are none with their keys is known from the reading, and nobody else writes.
pub(super) fn insert(script: &mut Script, receipts: &[NewReceipt]) -> Result<(), sqlx::Error> {
    script.push(
        "INSERT OR ROLLBACK INTO customer_receipt (bucket, organization_id, key, request, customer_id, created,
                                                   location_id, locked, answered_at)
         SELECT * FROM ",
    );
    script.push_values(9, padded(receipts.len()), receipts, |script, new| {
        let receipt = &new.receipt;
        script.bind_home(new.organization_id)?;
        script.bind(new.key.as_bytes().as_slice())?;
        script.bind(receipt.request.as_bytes().as_slice())?;
        script.bind(&receipt.customer_id.to_bytes()[..])?;
        script.bind(receipt.outcome == Outcome::Created)?;
        script.bind(&receipt.location_id.to_bytes()[..])?;
        script.bind(receipt.locked)?;
        script.bind(receipt.at.as_millisecond())
    })?;
    script.push(" v WHERE v.column1 IS NOT NULL; ");
    Ok(())
}

/// Forgets some of those from before this time.
pub(super) async fn purge(db: &mut SqliteConnection, before: Timestamp) -> Result<u64, sqlx::Error> {
    let purged = sqlx::query(
        "DELETE FROM customer_receipt WHERE (bucket, organization_id, key) IN
             (SELECT bucket, organization_id, key FROM customer_receipt WHERE answered_at < ? LIMIT 1000)",
    );
    Ok(purged.bind(before.as_millisecond()).execute(db).await?.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn receipts_are_found_by_their_keys() {
        let plan = crate::open::plan(select(&BTreeSet::new()).unwrap().sql()).await;
        assert!(plan.contains("SEARCH r USING PRIMARY KEY (bucket=? AND organization_id=? AND key=?)"), "{plan}");
    }
}
