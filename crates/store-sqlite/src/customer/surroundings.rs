//! What is stored around a customer: its organization and its location.

use domain::customer::{Refusal, Surroundings};
use domain::value::{CustomerId, LocationId, OrganizationId};
use sqlx::{Row, SqliteConnection};

use super::batch::Failure;
use crate::row::Columns;

/// What a command meets before it looks for its customer.
pub(super) struct Scene {
    pub(super) surroundings: Surroundings,
    /// The organization has a customer with the id.
    pub(super) customer_exists: bool,
}

/// Reads it in one go.
///
/// # Errors
/// [`Refusal::UnknownOrganization`].
pub(super) async fn read(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    location_id: Option<LocationId>,
    customer_id: CustomerId,
) -> Result<Scene, Failure> {
    let row = sqlx::query(
        "SELECT o.id, o.default_location_id,
                EXISTS (SELECT 1 FROM location l
                        WHERE l.bucket = ?1 AND l.organization_id = ?2 AND l.id = ?3) AS location_exists,
                EXISTS (SELECT 1 FROM customer c
                        WHERE c.bucket = ?1 AND c.organization_id = ?2 AND c.id = ?4) AS customer_exists
         FROM organization o WHERE o.bucket = ?1 AND o.id = ?2",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(location_id.map(|id| id.to_bytes().to_vec()))
    .bind(customer_id.to_bytes().to_vec())
    .fetch_optional(db)
    .await?
    .ok_or(Refusal::UnknownOrganization)?;
    let default_location_id = Columns::of(&row, "organization").bytes("default_location_id")?;
    Ok(Scene {
        surroundings: Surroundings {
            default_location_id: LocationId::from_bytes(default_location_id),
            location_exists: row.try_get("location_exists")?,
        },
        customer_exists: row.try_get("customer_exists")?,
    })
}
