//! Finding a customer by its id.

use domain::customer::Customer;
use domain::ports::{CustomerError, PasswordSealer, StoreError};
use domain::value::{CustomerId, OrganizationId};
use sqlx::{Row, SqliteConnection};

use super::columns::JSON;
use super::row;
use super::script::Script;
use crate::error::store_error;

/// The customer with this id in this organization.
pub(super) async fn find(
    db: &mut SqliteConnection,
    sealer: &dyn PasswordSealer,
    organization_id: OrganizationId,
    id: CustomerId,
) -> Result<Option<Customer>, StoreError> {
    let row = select(organization_id, id).map_err(store_error)?.fetch_optional(db).await.map_err(store_error)?;
    let Some(row) = row else { return Ok(None) };
    let json: &[u8] = row.try_get(0).map_err(store_error)?;
    let columns = serde_json::from_slice(json).map_err(|error| StoreError::Internal(error.into()))?;
    Ok(Some(row::restore(&columns, sealer).map_err(|unreadable| unreadable.row)?))
}

fn select(organization_id: OrganizationId, id: CustomerId) -> Result<Script, sqlx::Error> {
    let mut script = Script::default();
    script.push("SELECT ");
    script.push(JSON);
    script.push(" FROM customer c WHERE c.bucket = ? AND c.organization_id = ? AND c.id = ?");
    script.bind_home(organization_id)?;
    script.bind(&id.to_bytes()[..])?;
    Ok(script)
}

/// Whether the organization has a customer with this id.
async fn exists(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    id: CustomerId,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM customer c WHERE c.bucket = ? AND c.organization_id = ? AND c.id = ?)",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(id.to_bytes().to_vec())
    .fetch_one(db)
    .await
}

/// Why the organization has no customer with this id; `None` when it has one.
pub(crate) async fn absence(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    id: CustomerId,
) -> Result<Option<CustomerError>, sqlx::Error> {
    let exists = exists(db, organization_id, id).await?;
    Ok(if exists { None } else { Some(unknown_or_foreign(db, id).await?) })
}

/// Why an organization has no customer with this id, which it certainly has not.
pub(crate) async fn unknown_or_foreign(
    db: &mut SqliteConnection,
    id: CustomerId,
) -> Result<CustomerError, sqlx::Error> {
    let elsewhere = exists_anywhere(db, id).await?;
    Ok(if elsewhere { CustomerError::ForeignCustomer } else { CustomerError::UnknownCustomer })
}

/// Rare, so it takes one probe of the primary key for each organization instead of an index on the id alone; CROSS JOIN
/// keeps SQLite from turning that around.
const EXISTS_ANYWHERE: &str = "SELECT EXISTS (SELECT 1 FROM organization o CROSS JOIN customer c
                    WHERE c.bucket = o.bucket AND c.organization_id = o.id AND c.id = ?)";

/// Whether any organization has a customer with this id.
pub(super) async fn exists_anywhere(db: &mut SqliteConnection, id: CustomerId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(EXISTS_ANYWHERE).bind(id.to_bytes().to_vec()).fetch_one(db).await
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn other_organizations_are_probed_by_the_primary_key() {
        let plan = crate::open::plan(super::EXISTS_ANYWHERE).await;
        assert!(plan.contains("SEARCH c USING COVERING INDEX"), "{plan}");
        assert!(plan.contains("(bucket=? AND organization_id=? AND id=?)"), "{plan}");
    }
}
