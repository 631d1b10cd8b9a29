//! Letting customers wait.

use domain::batch::Waits;
use domain::value::{CustomerId, OrganizationId};
use jiff::Timestamp;
use sqlx::SqliteConnection;

use crate::customer::{ROWS, Script, padded};

/// Lets them wait. Who is on the way stays there, and waits again when that is settled.
pub(crate) fn wait(script: &mut Script, waiting: &[Waits]) -> Result<(), sqlx::Error> {
    script.push(
        "INSERT INTO forwarding (bucket, organization_id, customer_id, change, due_at, waiting_since)
         SELECT v.column1, v.column2, v.column3, 1, v.column4, v.column4 FROM ",
    );
    script.push_values(4, padded(waiting.len()), waiting, |script, waits| {
        script.bind_home(waits.organization_id)?;
        script.bind(&waits.customer_id.to_bytes()[..])?;
        script.bind(waits.since.as_millisecond())
    })?;
    script.push(
        " v WHERE v.column1 IS NOT NULL
          ON CONFLICT (bucket, organization_id, customer_id) DO UPDATE SET
              change = change + 1,
              due_at = iif(taken, due_at, excluded.due_at),
              waiting_since = coalesce(waiting_since, excluded.waiting_since),
              failures = 0, failing_since = NULL, fault = NULL, given_up_at = NULL; ",
    );
    Ok(())
}

/// Lets customers wait from this one on; tells the next.
pub(super) async fn enqueue(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    from: CustomerId,
    limit: u16,
    at: Timestamp,
) -> Result<Option<CustomerId>, sqlx::Error> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT c.id FROM customer c
         WHERE c.bucket = ?1 AND c.organization_id = ?2 AND c.id >= ?3
           AND EXISTS (SELECT 1 FROM organization o WHERE o.bucket = ?1 AND o.id = ?2 AND o.forwards)
         ORDER BY c.id LIMIT ?4",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(from.to_bytes().to_vec())
    .bind(i64::from(limit) + 1)
    .fetch_all(&mut *db)
    .await?;
    // The table takes ids of this length only.
    let ids = ids.into_iter().filter_map(|id| id.try_into().ok());
    let mut ids: Vec<_> = ids.map(CustomerId::from_bytes).collect();
    let next = if ids.len() > usize::from(limit) { ids.pop() } else { None };
    let waiting: Vec<_> =
        ids.into_iter().map(|customer_id| Waits { organization_id, customer_id, since: at }).collect();
    for waiting in waiting.chunks(ROWS) {
        let mut script = Script::default();
        wait(&mut script, waiting)?;
        script.execute(db).await?;
    }
    Ok(next)
}
