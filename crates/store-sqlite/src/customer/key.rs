//! The queues for keys. The transaction holds the write lock, so what a statement here reads is still true for the next
//! one.

use std::collections::HashMap;

use domain::batch::{Entry, LostKey, Taken};
use domain::customer::Key;
use sqlx::SqliteConnection;

use super::script::{Script, padded};

const LOST: &str = "SELECT k.value FROM customer_key k
     WHERE k.bucket = ? AND k.organization_id = ? AND k.kind = ? AND k.customer_id = ? LIMIT 1";

/// Takes customers out of queues. Where one owned the value, the next in the queue does from now on.
pub(super) fn give_up(script: &mut Script, released: &[Entry]) -> Result<(), sqlx::Error> {
    script.push(
        "DELETE FROM customer_key WHERE (bucket, organization_id, kind, value, rank) IN
             (SELECT k.bucket, k.organization_id, k.kind, k.value, k.rank FROM ",
    );
    script.push_values(5, padded(released.len()), released, |script, entry| {
        bind(script, entry)?;
        script.bind(&entry.customer_id.to_bytes()[..])
    })?;
    script.push(
        " v CROSS JOIN customer_key k
              WHERE k.bucket = v.column1 AND k.organization_id = v.column2 AND k.kind = v.column3
                AND k.value = v.column4 AND k.customer_id = v.column5); ",
    );
    move_up(script, released)
}

/// Which key of this kind the customer has, if there is one. It takes a look at all keys of the organization of this kind,
/// and is rare: the customer's row cannot be read.
pub(super) async fn find_lost(db: &mut SqliteConnection, lost: &LostKey) -> Result<Option<Entry>, sqlx::Error> {
    let value: Option<String> = sqlx::query_scalar(LOST)
        .bind(lost.organization_id.bucket().number())
        .bind(lost.organization_id.to_bytes().to_vec())
        .bind(lost.kind.number())
        .bind(lost.customer_id.to_bytes().to_vec())
        .fetch_optional(db)
        .await?;
    let entry = |value| Entry {
        organization_id: lost.organization_id,
        key: Key { kind: lost.kind, value },
        customer_id: lost.customer_id,
    };
    Ok(value.map(entry))
}

/// Lets the first in each of these queues own the value.
fn move_up(script: &mut Script, released: &[Entry]) -> Result<(), sqlx::Error> {
    script.push(
        "UPDATE OR ROLLBACK customer_key SET rank = 0
         WHERE rank > 0 AND (bucket, organization_id, kind, value, rank) IN
             (SELECT v.column1, v.column2, v.column3, v.column4,
                     (SELECT min(k.rank) FROM customer_key k
                      WHERE k.bucket = v.column1 AND k.organization_id = v.column2 AND k.kind = v.column3
                        AND k.value = v.column4)
              FROM ",
    );
    script.push_values(4, padded(released.len()), released, bind)?;
    script.push(" v); ");
    Ok(())
}

/// Makes owners of customers whose values have none.
pub(super) fn claim(script: &mut Script, taken: &[&Taken]) -> Result<(), sqlx::Error> {
    script.push(
        "INSERT OR ROLLBACK INTO customer_key (bucket, organization_id, kind, value, rank, customer_id)
         SELECT v.column1, v.column2, v.column3, v.column4, 0, v.column5 FROM ",
    );
    script.push_values(5, padded(taken.len()), taken, |script, Taken { entry, .. }| {
        bind(script, entry)?;
        script.bind(&entry.customer_id.to_bytes()[..])
    })?;
    script.push(" v WHERE v.column1 IS NOT NULL; ");
    Ok(())
}

/// Puts customers at the ends of queues. Where there is no queue, the first one becomes the owner.
pub(super) fn line_up(script: &mut Script, taken: &[&Taken]) -> Result<(), sqlx::Error> {
    script.push(
        "INSERT OR ROLLBACK INTO customer_key (bucket, organization_id, kind, value, rank, customer_id)
         SELECT v.column1, v.column2, v.column3, v.column4,
                (SELECT coalesce(max(k.rank) + 1, 0) FROM customer_key k
                 WHERE k.bucket = v.column1 AND k.organization_id = v.column2 AND k.kind = v.column3
                   AND k.value = v.column4) + v.column5,
                v.column6
         FROM ",
    );
    // The statement does not see what it writes itself: those who join the same queue are told their places in it.
    let mut joined = HashMap::new();
    script.push_values(6, padded(taken.len()), taken, |script, Taken { entry, .. }| {
        let place = joined.entry((entry.organization_id, &entry.key)).or_insert(0_i64);
        bind(script, entry)?;
        script.bind(*place)?;
        *place += 1;
        script.bind(&entry.customer_id.to_bytes()[..])
    })?;
    script.push(" v WHERE v.column1 IS NOT NULL; ");
    Ok(())
}

fn bind(script: &mut Script, entry: &Entry) -> Result<(), sqlx::Error> {
    script.bind_home(entry.organization_id)?;
    script.bind(entry.key.kind.number())?;
    script.bind_text(&*entry.key.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn queues_are_found_by_the_primary_key() {
        let mut script = Script::default();
        script.push(LOST);
        script.push("; ");
        give_up(&mut script, &[]).unwrap();
        line_up(&mut script, &[]).unwrap();
        for statement in script.sql().split_terminator("; ") {
            let plan = crate::open::plan(statement).await;
            assert!(!plan.contains("SCAN k") && !plan.contains("SCAN customer_key"), "{statement}\n{plan}");
            assert!(plan.contains("USING PRIMARY KEY (bucket=? AND organization_id=? AND kind=?"), "{plan}");
        }
    }
}
