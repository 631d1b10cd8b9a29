//! Locations.

use domain::organization::{Location, LocationQuery};
use domain::ports::CorruptRow;
use domain::value::{LocationId, Name, OrganizationId, Tag};
use sqlx::PgConnection;
use sqlx::postgres::{PgBindIterExt, PgRow};
use store_json::LocationJson;

use crate::error::Failure;
use crate::json::Json;
use crate::row::{Columns, bucket, uuid};

/// Adds the location, if the organization is there.
pub(crate) async fn add(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    location: &Location,
) -> Result<bool, Failure> {
    let added = sqlx::query(
        "INSERT INTO location (bucket, organization_id, id, name, details)
         SELECT o.bucket, o.id, $3, $4, $5::text::jsonb FROM organization o WHERE o.bucket = $1 AND o.id = $2",
    )
    .bind(bucket(organization_id))
    .bind(uuid(organization_id.to_bytes()))
    .bind(uuid(location.id.to_bytes()))
    .bind(location.name.as_str())
    .bind(Json(LocationJson::of(location)))
    .execute(db)
    .await?;
    Ok(added.rows_affected() > 0)
}

/// The location, or else whether another organization has it.
pub(crate) async fn find(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    id: LocationId,
) -> Result<Result<PgRow, bool>, Failure> {
    let find = sqlx::query(
        "SELECT id, name, details::text AS details FROM location
         WHERE bucket = $1 AND organization_id = $2 AND id = $3",
    );
    let find = find.bind(bucket(organization_id)).bind(uuid(organization_id.to_bytes())).bind(uuid(id.to_bytes()));
    if let Some(row) = find.fetch_optional(&mut *db).await? {
        return Ok(Ok(row));
    }
    // No index leads there, but locations are few. Citus can do nothing with rows of all shards that have no column.
    let foreign = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM location l WHERE l.id = $1)");
    Ok(Err(foreign.bind(uuid(id.to_bytes())).fetch_one(db).await?))
}

/// Up to one more than are asked for.
pub(crate) async fn list(
    db: &mut PgConnection,
    organization_id: OrganizationId,
    query: &LocationQuery,
) -> Result<Vec<PgRow>, Failure> {
    let list = sqlx::query(
        "SELECT id, name, details::text AS details FROM location
         WHERE bucket = $1 AND organization_id = $2 AND id >= $3
           AND (cardinality($4::text[]) = 0 OR details -> 'tags' ?| $4::text[])
         ORDER BY id LIMIT $5",
    );
    let list = list
        .bind(bucket(organization_id))
        .bind(uuid(organization_id.to_bytes()))
        .bind(uuid(query.from.to_bytes()))
        .bind(query.tags.iter().map(Tag::as_str).bind_iter())
        .bind(i64::from(query.limit) + 1);
    Ok(list.fetch_all(db).await?)
}

/// The location, readable or not, and its id.
pub(crate) fn restore_row(row: &PgRow) -> Result<(LocationId, Result<Location, CorruptRow>), CorruptRow> {
    let id = LocationId::from_bytes(Columns::of(row, "location").id("id")?);
    Ok((id, restore(row)))
}

pub(crate) fn restore(row: &PgRow) -> Result<Location, CorruptRow> {
    let columns = Columns::of(row, "location");
    let id = LocationId::from_bytes(columns.id("id")?);
    let name = columns.parse("name", Name::restore)?;
    columns.document("details", |details: LocationJson| details.restore(id, name))
}
