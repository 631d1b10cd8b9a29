//! Forgetting who waited for an account that was removed.

use domain::value::{CustomerId, OrganizationId};
use sqlx::SqliteConnection;

/// Forgets customers from this one on; tells the next.
pub(super) async fn forget(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    from: CustomerId,
    limit: u16,
) -> Result<Option<CustomerId>, sqlx::Error> {
    if has_account(db, organization_id).await? {
        return Ok(None);
    }
    let next = next(db, organization_id, from, limit).await?;
    sqlx::query(
        "DELETE FROM forwarding
         WHERE bucket = ?1 AND organization_id = ?2 AND customer_id >= ?3 AND (?4 IS NULL OR customer_id < ?4)",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(from.to_bytes().to_vec())
    .bind(next.clone())
    .execute(db)
    .await?;
    // The table takes ids of this length only.
    Ok(next.and_then(|id| id.try_into().ok()).map(CustomerId::from_bytes))
}

async fn has_account(db: &mut SqliteConnection, organization_id: OrganizationId) -> Result<bool, sqlx::Error> {
    let has = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM organization o WHERE o.bucket = ? AND o.id = ? AND o.forwards)",
    );
    has.bind(organization_id.bucket().number()).bind(organization_id.to_bytes().to_vec()).fetch_one(db).await
}

async fn next(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    from: CustomerId,
    limit: u16,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT f.customer_id FROM forwarding f WHERE f.bucket = ? AND f.organization_id = ? AND f.customer_id >= ?
         ORDER BY f.customer_id LIMIT 1 OFFSET ?",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(from.to_bytes().to_vec())
    .bind(limit)
    .fetch_optional(db)
    .await
}
