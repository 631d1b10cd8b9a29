//! Reading every customer, and the keys by which each is found.

use domain::customer::{Customer, Key};
use domain::ports::{CorruptRow, Finding, PasswordSealer};
use domain::value::OrganizationId;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

use super::columns::JSON;
use super::row;

/// Customers that are read at a time.
const PAGE: i64 = 256;

/// Reads all of them, and returns how many there are.
pub(crate) async fn examine(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<u64, sqlx::Error> {
    let (mut customers, mut right_keys, mut unreadable, mut after) = (0, 0, Vec::new(), i64::MIN);
    loop {
        let rows = page(db, sealer, after).await?;
        let Some(last) = rows.last() else { break };
        after = last.place;
        customers += rows.len() as u64;
        let mut keys = Vec::new();
        for row in rows {
            match row.customer {
                Ok(customer) => keys.extend(keys_of(&customer)),
                Err(fault) => {
                    unreadable.push(row.id);
                    found(fault.into());
                }
            }
        }
        let missing = missing(db, &keys).await?;
        right_keys += keys.len() - missing.len();
        for (id, key) in missing.into_iter().filter_map(|at| keys.get(at)).map(|(_, key, id)| (id, key)) {
            found(Finding::MissingKey { id: id.clone(), kind: key.kind });
        }
    }
    let others: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM customer_key k
         WHERE NOT EXISTS (SELECT 1 FROM json_each(?) u WHERE unhex(u.value) = k.customer_id)",
    )
    .bind(Value::from(unreadable).to_string())
    .fetch_one(&mut *db)
    .await?;
    let stray = u64::try_from(others).unwrap_or_default().saturating_sub(right_keys as u64);
    if stray > 0 {
        found(Finding::StrayKeys { keys: stray });
    }
    let ownerless: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT 1 FROM customer_key GROUP BY bucket, organization_id, kind, value
                               HAVING min(rank) <> 0)",
    )
    .fetch_one(db)
    .await?;
    if ownerless > 0 {
        found(Finding::Ownerless { values: u64::try_from(ownerless).unwrap_or_default() });
    }
    Ok(customers)
}

/// A row of the table.
struct Stored {
    place: i64,
    id: String,
    customer: Result<Customer, CorruptRow>,
}

async fn page(db: &mut SqliteConnection, sealer: &dyn PasswordSealer, after: i64) -> Result<Vec<Stored>, sqlx::Error> {
    let select = format!(
        "SELECT c.rowid, lower(hex(c.id)), {JSON} FROM customer c WHERE c.rowid > ? ORDER BY c.rowid LIMIT {PAGE}"
    );
    let rows = sqlx::query(AssertSqlSafe(select)).bind(after).fetch_all(db).await?;
    let restore = |id: &str, json: &[u8]| {
        let columns = serde_json::from_slice(json).map_err(|_| CorruptRow {
            table: "customer",
            column: "of another type",
            id: id.to_owned(),
        })?;
        row::restore(&columns, sealer).map_err(|unreadable| unreadable.row)
    };
    rows.iter()
        .map(|row| {
            let id: String = row.try_get(1)?;
            Ok(Stored { place: row.try_get(0)?, customer: restore(&id, row.try_get(2)?), id })
        })
        .collect()
}

fn keys_of(customer: &Customer) -> impl Iterator<Item = (OrganizationId, Key, String)> {
    let (organization_id, id) = (customer.organization_id, customer.id.to_string());
    customer.keys().into_iter().map(move |key| (organization_id, key, id.clone()))
}

/// Which of the keys are not there.
async fn missing(db: &mut SqliteConnection, keys: &[(OrganizationId, Key, String)]) -> Result<Vec<usize>, sqlx::Error> {
    let wanted = keys.iter().map(|(organization_id, key, id)| {
        json!([organization_id.bucket().number(), organization_id.to_string(), key.kind.number(), key.value, id])
    });
    let missing: Vec<i64> = sqlx::query_scalar(
        "SELECT q.key FROM json_each(?) q
         WHERE NOT EXISTS (
             SELECT 1 FROM customer_key k
             WHERE k.bucket = q.value ->> 0 AND k.organization_id = unhex(q.value ->> 1) AND k.kind = q.value ->> 2
               AND k.value = q.value ->> 3 AND k.customer_id = unhex(q.value ->> 4))",
    )
    .bind(wanted.collect::<Value>().to_string())
    .fetch_all(db)
    .await?;
    Ok(missing.into_iter().filter_map(|at| usize::try_from(at).ok()).collect())
}
