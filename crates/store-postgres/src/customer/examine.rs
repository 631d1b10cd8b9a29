//! Reading every customer, and the keys by which each is found.

use domain::customer::{Customer, Key};
use domain::ports::{Finding, PasswordSealer};
use domain::value::OrganizationId;
use sqlx::postgres::PgBindIterExt;
use sqlx::{AssertSqlSafe, PgConnection, Row};
use uuid::Uuid;

use super::columns::SELECTED;
use super::row;
use crate::row::{bucket, uuid};

/// Customers that are read at a time.
const PAGE: usize = 256;

/// Reads all of them, and returns how many there are.
pub(crate) async fn examine(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    found: &mut (dyn FnMut(Finding) + Send),
) -> Result<u64, sqlx::Error> {
    let select = format!(
        "SELECT c.bucket, {} FROM customer c WHERE (c.bucket, c.organization_id, c.id) > ($1, $2, $3)
         ORDER BY c.bucket, c.organization_id, c.id LIMIT {PAGE}",
        *SELECTED
    );
    let (mut customers, mut right_keys, mut unreadable) = (0, 0, Vec::new());
    let mut after = (-1_i16, Uuid::nil(), Uuid::nil());
    loop {
        let page = sqlx::query(AssertSqlSafe(select.as_str())).bind(after.0).bind(after.1).bind(after.2);
        let rows = page.fetch_all(&mut *db).await?;
        let Some(last) = rows.last() else { break };
        after = (last.try_get("bucket")?, last.try_get("organization_id")?, last.try_get("id")?);
        customers += rows.len() as u64;
        let mut keys = Vec::new();
        for row in &rows {
            match row::restore(row, sealer).map_err(|unreadable| unreadable.row) {
                Ok(customer) => keys.extend(keys_of(&customer)),
                Err(fault) => {
                    unreadable.push(row.try_get::<Uuid, _>("id")?);
                    found(fault.into());
                }
            }
        }
        let missing = missing(db, &keys).await?;
        right_keys += (keys.len() - missing.len()) as u64;
        for (_, key, id) in missing.into_iter().filter_map(|at| keys.get(at)) {
            found(Finding::MissingKey { id: id.simple().to_string(), kind: key.kind });
        }
    }
    let others: i64 = sqlx::query_scalar("SELECT count(*) FROM customer_key k WHERE k.customer_id <> ALL($1)")
        .bind(unreadable)
        .fetch_one(&mut *db)
        .await?;
    let stray = u64::try_from(others).unwrap_or_default().saturating_sub(right_keys);
    if stray > 0 {
        found(Finding::StrayKeys { keys: stray });
    }
    let ownerless: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT FROM customer_key GROUP BY bucket, organization_id, kind, value
                               HAVING min(rank) <> 0) AS ownerless",
    )
    .fetch_one(db)
    .await?;
    if ownerless > 0 {
        found(Finding::Ownerless { values: u64::try_from(ownerless).unwrap_or_default() });
    }
    Ok(customers)
}

fn keys_of(customer: &Customer) -> impl Iterator<Item = (OrganizationId, Key, Uuid)> {
    let (organization_id, id) = (customer.organization_id, uuid(customer.id.to_bytes()));
    customer.keys().into_iter().map(move |key| (organization_id, key, id))
}

/// Which of the keys are not there.
async fn missing(db: &mut PgConnection, keys: &[(OrganizationId, Key, Uuid)]) -> Result<Vec<usize>, sqlx::Error> {
    let missing: Vec<i64> = sqlx::query_scalar(
        "SELECT q.n - 1
         FROM unnest($1::smallint[], $2::uuid[], $3::smallint[], $4::text[], $5::uuid[])
              WITH ORDINALITY AS q(bucket, organization_id, kind, value, customer_id, n)
         LEFT JOIN LATERAL (
              SELECT true AS there FROM customer_key k
              WHERE k.bucket = q.bucket AND k.organization_id = q.organization_id AND k.kind = q.kind
                AND k.value = q.value AND k.customer_id = q.customer_id LIMIT 1) AS k ON true
         WHERE k.there IS NULL",
    )
    .bind(keys.iter().map(|(organization_id, ..)| bucket(*organization_id)).bind_iter())
    .bind(keys.iter().map(|(organization_id, ..)| uuid(organization_id.to_bytes())).bind_iter())
    .bind(keys.iter().map(|(_, key, _)| key.kind.number()).bind_iter())
    .bind(keys.iter().map(|(_, key, _)| key.value.as_str()).bind_iter())
    .bind(keys.iter().map(|(.., id)| *id).bind_iter())
    .fetch_all(db)
    .await?;
    Ok(missing.into_iter().filter_map(|at| usize::try_from(at).ok()).collect())
}
