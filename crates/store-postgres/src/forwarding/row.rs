//! From a row to who waits.

use domain::forwarding::{Attempt, Lease, Waiting};
use domain::ports::CorruptRow;
use domain::value::{CustomerId, OrganizationId, ShortText};
use sqlx::postgres::PgRow;

use crate::row::Columns;

/// What [`restore`] and [`lease`] read. What is known of an earlier account is left out.
pub(crate) const SELECT: &str = "SELECT f.organization_id, f.customer_id, f.customer_id AS id, f.change, \
     o.forwarding_epoch, f.lease, f.sent AND f.epoch = o.forwarding_epoch AS sent, \
     CASE WHEN f.epoch = o.forwarding_epoch THEN f.remote_id END AS remote_id, \
     f.failures, f.failing_since, f.fault, f.given_up_at \
     FROM forwarding f JOIN organization o ON o.bucket = f.bucket AND o.id = f.organization_id ";

pub(crate) fn restore(row: &PgRow) -> Result<Waiting, CorruptRow> {
    let columns = Columns::of(row, "forwarding");
    let failures = u32::try_from(columns.get::<i64>("failures")?).map_err(|_| columns.corrupt("failures"))?;
    Ok(Waiting {
        organization_id: OrganizationId::from_bytes(columns.id("organization_id")?),
        customer_id: CustomerId::from_bytes(columns.id("customer_id")?),
        change: columns.get("change")?,
        sent: columns.get("sent")?,
        remote_id: columns.parse_optional("remote_id", ShortText::restore)?,
        attempt: Attempt {
            failures,
            failing_since: columns.optional_time("failing_since")?,
            fault: columns.get("fault")?,
        },
    })
}

/// What it is taken by, now that it is.
pub(super) fn lease(row: &PgRow) -> Result<Lease, CorruptRow> {
    let columns = Columns::of(row, "forwarding");
    Ok(Lease { account: columns.get("forwarding_epoch")?, number: columns.get::<i64>("lease")? + 1 })
}
