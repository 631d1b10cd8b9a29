//! The keys by which customers are found. The transaction holds the write lock, so what a statement here reads is still
//! true for the next one.

use domain::customer::{Customer, Key, KeyKind};
use domain::ports::CorruptRow;
use domain::value::{CustomerId, OrganizationId};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use super::batch::Failure;

/// One statement for any number of keys, each a look-up of its own in the primary key: with OR between the kinds SQLite
/// would walk through every key of the organization.
const OWNERS: &str = "SELECT (SELECT k.customer_id FROM customer_key k
              WHERE k.bucket = ?1 AND k.organization_id = ?2 AND k.kind = q.value ->> 0 AND k.value = q.value ->> 1
              ORDER BY k.rank LIMIT 1)
      FROM json_each(?3) q ORDER BY q.key";

/// Which of the keys have an owner, in their order, and who that is.
pub(super) async fn owners(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    keys: &[Key],
) -> Result<Vec<(KeyKind, CustomerId)>, Failure> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let owners: Vec<Option<Vec<u8>>> = sqlx::query_scalar(OWNERS)
        .bind(organization_id.bucket().number())
        .bind(organization_id.to_bytes().to_vec())
        .bind(json_pairs(keys))
        .fetch_all(db)
        .await?;
    let owned = keys.iter().zip(owners).filter_map(|(key, owner)| Some((key, owner?)));
    Ok(owned.map(|(key, owner)| Ok((key.kind, customer_id(&owner)?))).collect::<Result<_, CorruptRow>>()?)
}

/// Enters the customer for these keys: as the owner, or at the end of the queue of a value that has one.
pub(super) async fn take(db: &mut SqliteConnection, customer: &Customer, keys: &[Key]) -> Result<(), Failure> {
    if keys.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO customer_key (bucket, organization_id, kind, value, rank, customer_id)
         SELECT ?1, ?2, q.value ->> 0, q.value ->> 1,
                (SELECT coalesce(max(k.rank) + 1, 0) FROM customer_key k
                 WHERE k.bucket = ?1 AND k.organization_id = ?2
                   AND k.kind = q.value ->> 0 AND k.value = q.value ->> 1),
                ?4
         FROM json_each(?3) q",
    )
    .bind(customer.organization_id.bucket().number())
    .bind(customer.organization_id.to_bytes().to_vec())
    .bind(json_pairs(keys))
    .bind(customer.id.to_bytes().to_vec())
    .execute(db)
    .await?;
    Ok(())
}

/// Takes the customer out of the key's queue; when it owned the value, the next in the queue does from now on.
pub(super) async fn give_up(db: &mut SqliteConnection, customer: &Customer, key: &Key) -> Result<(), Failure> {
    let organization_id = customer.organization_id;
    let rank: Option<i64> = sqlx::query_scalar(
        "DELETE FROM customer_key
         WHERE bucket = ? AND organization_id = ? AND kind = ? AND value = ? AND customer_id = ?
         RETURNING rank",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(key.kind.number())
    .bind(&key.value)
    .bind(customer.id.to_bytes().to_vec())
    .fetch_optional(&mut *db)
    .await?;
    if rank == Some(0) {
        promote(db, organization_id, key).await?;
    }
    Ok(())
}

async fn promote(db: &mut SqliteConnection, organization_id: OrganizationId, key: &Key) -> Result<(), Failure> {
    sqlx::query(
        "UPDATE customer_key SET rank = 0
         WHERE bucket = ?1 AND organization_id = ?2 AND kind = ?3 AND value = ?4
           AND rank = (SELECT min(rank) FROM customer_key
                       WHERE bucket = ?1 AND organization_id = ?2 AND kind = ?3 AND value = ?4)",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(key.kind.number())
    .bind(&key.value)
    .execute(db)
    .await?;
    Ok(())
}

/// `[[2,"mario@example.org"],…]`
fn json_pairs(keys: &[Key]) -> String {
    keys.iter().map(|key| json!([key.kind.number(), key.value])).collect::<Value>().to_string()
}

fn customer_id(bytes: &[u8]) -> Result<CustomerId, CorruptRow> {
    let bytes: Result<[u8; 16], _> = bytes.try_into();
    bytes.map(CustomerId::from_bytes).map_err(|_| CorruptRow {
        table: "customer_key",
        column: "customer_id",
        id: String::new(),
    })
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn each_key_is_looked_up_in_the_primary_key() {
        let plan = crate::open::plan(super::OWNERS).await;
        assert!(
            plan.contains("SEARCH k USING PRIMARY KEY (bucket=? AND organization_id=? AND kind=? AND value=?)"),
            "{plan}"
        );
    }
}
