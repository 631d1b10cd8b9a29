//! Finding a customer by its id.

use domain::customer::Customer;
use domain::ports::{CorruptRow, CustomerError, PasswordSealer};
use domain::value::{CustomerId, OrganizationId};
use sqlx::PgConnection;
use uuid::Uuid;

use super::columns::FIND;
use super::row;
use crate::error::Failure;
use crate::row::{bucket, uuid};

/// The customer with this id in this organization.
pub(super) async fn find(
    db: &mut PgConnection,
    sealer: &dyn PasswordSealer,
    organization_id: OrganizationId,
    id: CustomerId,
) -> Result<Option<Result<Customer, CorruptRow>>, Failure> {
    let row = sqlx::query(FIND.as_str())
        .bind(bucket(organization_id))
        .bind(uuid(organization_id.to_bytes()))
        .bind(uuid(id.to_bytes()))
        .fetch_optional(db)
        .await?;
    Ok(row.map(|row| row::restore(&row, sealer).map_err(|unreadable| unreadable.row)))
}

/// Whether the organization has a customer with this id.
async fn exists(db: &mut PgConnection, organization_id: OrganizationId, id: CustomerId) -> Result<bool, sqlx::Error> {
    let exists = sqlx::query("SELECT FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2 AND c.id = $3")
        .bind(bucket(organization_id))
        .bind(uuid(organization_id.to_bytes()))
        .bind(uuid(id.to_bytes()))
        .fetch_optional(db)
        .await?;
    Ok(exists.is_some())
}

/// Why the organization has no customer with this id; `None` when it has one.
pub(crate) async fn absence(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    id: CustomerId,
) -> Result<Option<CustomerError>, Failure> {
    let exists = exists(db, organization_id, id).await?;
    Ok(if exists { None } else { Some(unknown_or_foreign(db, id).await?) })
}

/// Why an organization has no customer with this id, which it certainly has not.
pub(crate) async fn unknown_or_foreign(db: &mut PgConnection, id: CustomerId) -> Result<CustomerError, Failure> {
    let elsewhere = exists_anywhere(db, std::iter::once(id)).await?;
    Ok(if elsewhere.is_empty() { CustomerError::UnknownCustomer } else { CustomerError::ForeignCustomer })
}

/// Those of the ids that a customer of any organization has.
///
/// Rare, so it takes one probe of the primary key for each organization instead of an index on the id alone. OFFSET keeps
/// the planner from reading the whole index instead.
pub(super) async fn exists_anywhere(
    db: &mut PgConnection,
    ids: impl Iterator<Item = CustomerId>,
) -> Result<Vec<CustomerId>, sqlx::Error> {
    let ids: Vec<_> = ids.map(|id| uuid(id.to_bytes())).collect();
    let found: Vec<Uuid> = sqlx::query_scalar(
        "SELECT DISTINCT q.id FROM organization o CROSS JOIN unnest($1::uuid[]) AS q(id)
         WHERE EXISTS (SELECT FROM customer c WHERE c.bucket = o.bucket AND c.organization_id = o.id AND c.id = q.id
                       OFFSET 0)",
    )
    .bind(ids)
    .fetch_all(db)
    .await?;
    Ok(found.into_iter().map(|id| CustomerId::from_bytes(*id.as_bytes())).collect())
}
