//! From rows to who waits.

use domain::forwarding::{Attempt, Lease, Standing, Waiting};
use domain::ports::CorruptRow;
use domain::value::{CustomerId, OrganizationId, ShortText};
use sqlx::SqlitePool;
use sqlx::sqlite::SqliteRow;

use crate::row::Columns;

/// What [`restore`] and [`lease`] read. What is known of an earlier account is left out.
pub(crate) const SELECT: &str = "SELECT f.organization_id, f.customer_id, f.customer_id AS id, f.change, \
     o.forwarding_epoch, f.lease, f.sent AND f.epoch = o.forwarding_epoch AS sent, \
     iif(f.epoch = o.forwarding_epoch, f.remote_id, NULL) AS remote_id, \
     f.failures, f.failing_since, f.fault, f.given_up_at \
     FROM organization o JOIN forwarding f ON f.bucket = o.bucket AND f.organization_id = o.id ";

pub(crate) fn restore(row: &SqliteRow) -> Result<Waiting, CorruptRow> {
    let columns = Columns::of(row, "forwarding");
    Ok(Waiting {
        organization_id: OrganizationId::from_bytes(columns.bytes("organization_id")?),
        customer_id: CustomerId::from_bytes(columns.bytes("customer_id")?),
        change: columns.get("change")?,
        sent: columns.get("sent")?,
        remote_id: columns.parse_optional("remote_id", ShortText::restore)?,
        attempt: Attempt {
            failures: columns.get("failures")?,
            failing_since: columns.optional_time("failing_since")?,
            fault: columns.get("fault")?,
        },
    })
}

/// What it is taken by, now that it is.
pub(super) fn lease(row: &SqliteRow) -> Result<Lease, CorruptRow> {
    let columns = Columns::of(row, "forwarding");
    Ok(Lease { account: columns.get("forwarding_epoch")?, number: columns.get::<i64>("lease")? + 1 })
}

const STANDING: &str = "
    SELECT (SELECT count(*) FROM (SELECT 1 FROM forwarding f
            WHERE f.bucket = ?1 AND f.organization_id = ?2 AND f.waiting_since IS NOT NULL LIMIT ?3)) AS waiting,
           (SELECT f.waiting_since FROM forwarding f
            WHERE f.bucket = ?1 AND f.organization_id = ?2 AND f.waiting_since IS NOT NULL
            ORDER BY f.waiting_since LIMIT 1) AS oldest,
           (SELECT count(*) FROM (SELECT 1 FROM forwarding f INDEXED BY forwarding_dead
            WHERE f.bucket = ?1 AND f.organization_id = ?2 AND f.given_up_at IS NOT NULL LIMIT ?3)) AS dead,
           coalesce((SELECT a.held FROM forwarding_account a WHERE a.bucket = ?1 AND a.organization_id = ?2), 0) AS held";

pub(super) async fn standing(
    db: &SqlitePool,
    organization_id: OrganizationId,
    most: u32,
) -> Result<Result<Standing, CorruptRow>, sqlx::Error> {
    let standing = sqlx::query(STANDING).bind(organization_id.bucket().number());
    let row = standing.bind(organization_id.to_bytes().to_vec()).bind(most).fetch_one(db).await?;
    let columns = Columns::of(&row, "forwarding");
    let count = |column| columns.get::<i64>(column).map(|count| u64::try_from(count).unwrap_or_default());
    let standing = || {
        Ok(Standing {
            waiting: count("waiting")?,
            oldest: columns.optional_time("oldest")?,
            dead: count("dead")?,
            held: columns.get("held")?,
        })
    };
    Ok(standing())
}

const LAST_FAULT: &str = "
    SELECT coalesce(
        (SELECT f.fault FROM forwarding f
         WHERE f.bucket = ?1 AND f.organization_id = ?2 AND f.waiting_since IS NOT NULL AND f.fault IS NOT NULL
         ORDER BY f.waiting_since LIMIT 1),
        (SELECT f.fault FROM forwarding f INDEXED BY forwarding_dead
         WHERE f.bucket = ?1 AND f.organization_id = ?2 AND f.given_up_at IS NOT NULL AND f.fault IS NOT NULL
         ORDER BY f.given_up_at DESC LIMIT 1))";

pub(super) async fn last_fault(
    db: &SqlitePool,
    organization_id: OrganizationId,
) -> Result<Option<String>, sqlx::Error> {
    let fault = sqlx::query_scalar(LAST_FAULT).bind(organization_id.bucket().number());
    fault.bind(organization_id.to_bytes().to_vec()).fetch_one(db).await
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn those_who_have_nothing_to_do_are_not_counted_one_by_one() {
        let plan = crate::open::plan(super::STANDING).await;
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        for index in ["forwarding_oldest", "forwarding_dead"] {
            assert!(plan.contains(&format!("INDEX {index} (bucket=? AND organization_id=?")), "{plan}");
        }
    }
}
