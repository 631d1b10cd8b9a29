//! Locations.

use domain::organization::{Location, LocationQuery};
use domain::ports::{CorruptRow, StoreError};
use domain::value::{LocationId, Name, OrganizationId, Tag};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};
use store_json::LocationJson;

use crate::error::store_error;
use crate::row::Columns;

/// Adds the location, if the organization is there.
pub(crate) async fn add(
    db: &mut SqliteConnection,
    organization_id: OrganizationId,
    location: &Location,
) -> Result<bool, StoreError> {
    let details =
        serde_json::to_string(&LocationJson::of(location)).map_err(|error| StoreError::Internal(error.into()))?;
    let added = sqlx::query(
        "INSERT INTO location (bucket, organization_id, id, name, details)
         SELECT o.bucket, o.id, ?3, ?4, ?5 FROM organization o WHERE o.bucket = ?1 AND o.id = ?2",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(location.id.to_bytes().to_vec())
    .bind(location.name.as_str())
    .bind(details)
    .execute(db)
    .await
    .map_err(store_error)?;
    Ok(added.rows_affected() > 0)
}

/// The location, or else whether another organization has it.
pub(crate) async fn find(
    readers: &SqlitePool,
    organization_id: OrganizationId,
    id: LocationId,
) -> Result<Result<Location, bool>, StoreError> {
    let row = sqlx::query("SELECT id, name, details FROM location WHERE bucket = ? AND organization_id = ? AND id = ?")
        .bind(organization_id.bucket().number())
        .bind(organization_id.to_bytes().to_vec())
        .bind(id.to_bytes().to_vec())
        .fetch_optional(readers)
        .await
        .map_err(store_error)?;
    if let Some(row) = row {
        return Ok(Ok(restore(&row)?));
    }
    // No index leads there, but locations are few.
    let foreign = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM location WHERE id = ?)");
    Ok(Err(foreign.bind(id.to_bytes().to_vec()).fetch_one(readers).await.map_err(store_error)?))
}

/// Up to one more than are asked for.
pub(crate) async fn list(
    readers: &SqlitePool,
    organization_id: OrganizationId,
    query: &LocationQuery,
) -> Result<Vec<(LocationId, Result<Location, CorruptRow>)>, StoreError> {
    let tags: Value = query.tags.iter().map(Tag::as_str).collect();
    let rows = sqlx::query(
        "SELECT id, name, details FROM location l
         WHERE bucket = ?1 AND organization_id = ?2 AND id >= ?3
           AND (?4 = '[]' OR EXISTS (
               SELECT 1 FROM json_each(iif(json_valid(l.details), l.details, '{}'), '$.tags') t JOIN json_each(?4) q ON q.value = t.value))
         ORDER BY id LIMIT ?5",
    )
    .bind(organization_id.bucket().number())
    .bind(organization_id.to_bytes().to_vec())
    .bind(query.from.to_bytes().to_vec())
    .bind(tags.to_string())
    .bind(u32::from(query.limit) + 1)
    .fetch_all(readers)
    .await
    .map_err(store_error)?;
    Ok(rows.iter().map(restore_row).collect::<Result<_, CorruptRow>>()?)
}

/// The location, readable or not, and its id.
fn restore_row(row: &SqliteRow) -> Result<(LocationId, Result<Location, CorruptRow>), CorruptRow> {
    let id = LocationId::from_bytes(Columns::of(row, "location").bytes("id")?);
    Ok((id, restore(row)))
}

/// The location in a row of its table.
pub(crate) fn restore(row: &SqliteRow) -> Result<Location, CorruptRow> {
    let columns = Columns::of(row, "location");
    let id = LocationId::from_bytes(columns.bytes("id")?);
    let name = columns.parse("name", Name::restore)?;
    columns.document("details", |details: LocationJson| details.restore(id, name))
}
