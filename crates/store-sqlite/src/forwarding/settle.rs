//! What became of one who was taken.

use domain::forwarding::{Attempt, Outcome, Settlement};
use domain::value::OrganizationId;
use jiff::Timestamp;
use sqlx::SqliteConnection;

/// Whoever is erased, here and there, is forgotten. Who has changed since is due since then.
pub(super) async fn settle(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    settlement: &Settlement,
) -> Result<(), sqlx::Error> {
    if settlement.outcome == Outcome::Done(None) {
        let forget = sqlx::query(
            "DELETE FROM forwarding WHERE bucket = ? AND organization_id = ? AND customer_id = ? AND change = ?
               AND taken AND epoch = ? AND lease = ?",
        );
        let forget = forget.bind(organization_id.bucket().number()).bind(organization_id.to_bytes().to_vec());
        let forget = forget.bind(settlement.customer_id.to_bytes().to_vec()).bind(settlement.change);
        forget.bind(settlement.lease.account).bind(settlement.lease.number).execute(&mut *db).await?;
    }
    write(db, organization_id, settlement).await
}

async fn write(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    settlement: &Settlement,
) -> Result<(), sqlx::Error> {
    let (remote_id, later, given_up, attempt) = match &settlement.outcome {
        Outcome::Done(id) => (id.as_ref(), None, None, &Attempt::default()),
        Outcome::Later { at, attempt } => (None, Some(at.as_millisecond()), None, attempt),
        Outcome::GiveUp { at, attempt } => (None, None, Some(at.as_millisecond()), attempt),
    };
    sqlx::query(
        "UPDATE forwarding SET
             taken = 0,
             remote_id = coalesce(?5, remote_id),
             due_at = iif(change = ?4, ?6, waiting_since),
             waiting_since = iif(change = ?4 AND ?6 IS NULL, NULL, waiting_since),
             given_up_at = iif(change = ?4, ?7, NULL),
             failures = iif(change = ?4, ?8, 0),
             failing_since = iif(change = ?4, ?9, NULL),
             fault = iif(change = ?4, ?10, NULL)
         WHERE bucket = ?1 AND organization_id = ?2 AND customer_id = ?3 AND taken AND epoch = ?11 AND lease = ?12",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(settlement.customer_id.to_bytes().to_vec())
    .bind(settlement.change)
    .bind(remote_id.map(|id| id.as_str().to_owned()))
    .bind(later)
    .bind(given_up)
    .bind(attempt.failures)
    .bind(attempt.failing_since.map(Timestamp::as_millisecond))
    .bind(attempt.fault.clone())
    .bind(settlement.lease.account)
    .bind(settlement.lease.number)
    .execute(db)
    .await?;
    Ok(())
}
