//! What became of those who were taken.

use domain::forwarding::{Attempt, Outcome, RemoteId, Settlement};
use domain::value::OrganizationId;
use sqlx::PgConnection;
use sqlx::postgres::PgBindIterExt;

use crate::arguments::Arguments;
use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::time::Time;
use crate::transaction::{Proof, numbered};

/// Those who are erased, here and there, are forgotten first. Who has changed since is due since then.
pub(super) async fn settle(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    settlements: &[Settlement],
) -> Result<((), Proof), Failure> {
    let mut settlements: Vec<_> = settlements.iter().collect();
    settlements.sort_unstable_by_key(|settlement| settlement.customer_id);
    let (gone, kept): (Vec<_>, Vec<_>) =
        settlements.into_iter().partition(|settlement| settlement.outcome == Outcome::Done(None));
    if !gone.is_empty() {
        let forget = sqlx::query_with(
            "DELETE FROM forwarding AS f
             USING unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[]) AS q(customer_id, change, epoch, lease)
             WHERE f.bucket = $1 AND f.organization_id = $2 AND f.customer_id = q.customer_id AND f.change = q.change
               AND f.taken AND f.epoch = q.epoch AND f.lease = q.lease",
            arguments(organization_id, &gone).finish()?,
        );
        forget.execute(&mut *db).await?;
    }
    // Whoever of them is still there has changed.
    write(db, organization_id, &[gone, kept].concat()).await?;
    numbered(db, ()).await
}

async fn write(db: &mut PgConnection, organization_id: OrganizationId, all: &[&Settlement]) -> Result<(), Failure> {
    let later = |settlement: &Settlement| match &settlement.outcome {
        Outcome::Later { at, .. } => Some(Time(*at)),
        Outcome::Done(_) | Outcome::GiveUp { .. } => None,
    };
    let given_up = |settlement: &Settlement| match &settlement.outcome {
        Outcome::GiveUp { at, .. } => Some(Time(*at)),
        Outcome::Done(_) | Outcome::Later { .. } => None,
    };
    let arguments = arguments(organization_id, all)
        .add(all.iter().map(|settlement| remote_id(settlement).map(RemoteId::as_str)).bind_iter())
        .add(all.iter().map(|settlement| later(settlement)).bind_iter())
        .add(all.iter().map(|settlement| given_up(settlement)).bind_iter())
        .add(
            all.iter()
                .map(|settlement| attempt(settlement).map_or(0, |attempt| i64::from(attempt.failures)))
                .bind_iter(),
        )
        .add(all.iter().map(|settlement| attempt(settlement)?.failing_since.map(Time)).bind_iter())
        .add(all.iter().map(|settlement| attempt(settlement)?.fault.as_deref()).bind_iter());
    let write = sqlx::query_with(
        "UPDATE forwarding AS f SET
             taken = false,
             remote_id = coalesce(q.remote_id, f.remote_id),
             due_at = CASE WHEN f.change = q.change THEN q.later ELSE f.waiting_since END,
             waiting_since = CASE WHEN f.change = q.change AND q.later IS NULL THEN NULL ELSE f.waiting_since END,
             given_up_at = CASE WHEN f.change = q.change THEN q.given_up END,
             failures = CASE WHEN f.change = q.change THEN q.failures ELSE 0 END,
             failing_since = CASE WHEN f.change = q.change THEN q.failing_since END,
             fault = CASE WHEN f.change = q.change THEN q.fault END
         FROM unnest($3::uuid[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[], $8::timestamptz[],
                     $9::timestamptz[], $10::bigint[], $11::timestamptz[], $12::text[])
              AS q(customer_id, change, epoch, lease, remote_id, later, given_up, failures, failing_since, fault)
         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.customer_id = q.customer_id
           AND f.taken AND f.epoch = q.epoch AND f.lease = q.lease",
        arguments.finish()?,
    );
    write.execute(db).await?;
    Ok(())
}

/// `$1` to `$6`.
fn arguments(organization_id: OrganizationId, settlements: &[&Settlement]) -> Arguments {
    Arguments::new()
        .add(bucket(organization_id))
        .add(uuid(organization_id.to_bytes()))
        .add(settlements.iter().map(|settlement| uuid(settlement.customer_id.to_bytes())).bind_iter())
        .add(settlements.iter().map(|settlement| settlement.change).bind_iter())
        .add(settlements.iter().map(|settlement| settlement.lease.account).bind_iter())
        .add(settlements.iter().map(|settlement| settlement.lease.number).bind_iter())
}

fn remote_id(settlement: &Settlement) -> Option<&RemoteId> {
    match &settlement.outcome {
        Outcome::Done(id) => id.as_ref(),
        Outcome::Later { .. } | Outcome::GiveUp { .. } => None,
    }
}

fn attempt(settlement: &Settlement) -> Option<&Attempt> {
    match &settlement.outcome {
        Outcome::Later { attempt, .. } | Outcome::GiveUp { attempt, .. } => Some(attempt),
        Outcome::Done(_) => None,
    }
}
