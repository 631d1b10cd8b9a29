//! Forgetting who waited for an account that was removed.

use domain::value::{CustomerId, OrganizationId};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::error::Failure;
use crate::row::{bucket, uuid};
use crate::transaction::{Proof, numbered};

/// Forgets customers from this one on; tells the next.
pub(super) async fn forget(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    from: CustomerId,
    limit: u16,
) -> Result<(Option<CustomerId>, Proof), Failure> {
    if has_account(db, organization_id).await? {
        return numbered(db, None).await;
    }
    let next = next(db, organization_id, from, limit).await?;
    sqlx::query(
        "DELETE FROM forwarding AS f WHERE f.bucket = $1 AND f.organization_id = $2 AND f.customer_id >= $3
           AND ($4::uuid IS NULL OR f.customer_id < $4)",
    )
    .bind(bucket(organization_id))
    .bind(uuid(organization_id.to_bytes()))
    .bind(uuid(from.to_bytes()))
    .bind(next)
    .execute(&mut *db)
    .await?;
    numbered(db, next.map(|id| CustomerId::from_bytes(*id.as_bytes()))).await
}

/// Whoever sets one up waits until this is done.
async fn has_account(db: &mut PgConnection, organization_id: OrganizationId) -> Result<bool, Failure> {
    let has = sqlx::query_scalar("SELECT o.forwards FROM organization o WHERE o.bucket = $1 AND o.id = $2 FOR SHARE")
        .bind(bucket(organization_id))
        .bind(uuid(organization_id.to_bytes()));
    Ok(has.fetch_optional(db).await?.unwrap_or(false))
}

async fn next(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    from: CustomerId,
    limit: u16,
) -> Result<Option<Uuid>, Failure> {
    let next = sqlx::query_scalar(
        "SELECT f.customer_id FROM forwarding f
         WHERE f.bucket = $1 AND f.organization_id = $2 AND f.customer_id >= $3
         ORDER BY f.customer_id OFFSET $4 LIMIT 1",
    )
    .bind(bucket(organization_id))
    .bind(uuid(organization_id.to_bytes()))
    .bind(uuid(from.to_bytes()))
    .bind(i64::from(limit));
    Ok(next.fetch_optional(db).await?)
}
