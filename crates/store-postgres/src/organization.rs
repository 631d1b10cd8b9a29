//! Organizations and their locations.

use async_trait::async_trait;
use domain::organization::{Location, LocationPage, LocationQuery, Organization, SettingsChanges};
use domain::ports::{
    ConfigureError, CorruptRow, FindLocationError, NewOrganization, OrganizationStore, Removal, StoreError,
};
use domain::value::{LocationId, Name, OrganizationId};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use store_json::SettingsJson;

use crate::PostgresStore;
use crate::error::Failure;
use crate::json::Json;
use crate::location;
use crate::row::{Columns, bucket, uuid};
use crate::store::{once, repeat};
use crate::time::Time;
use crate::transaction::{Proof, Witness, numbered, witnessed};

/// The organization as it is now, or why it was not changed.
enum Configured {
    Done(Box<Organization>),
    UnknownOrganization,
    UnknownLocation,
}

#[async_trait]
impl OrganizationStore for PostgresStore {
    async fn add(&self, new: NewOrganization) -> Result<(), StoreError> {
        once!(self, |db, _| add(db, &new))
    }

    async fn list(&self) -> Result<Vec<Result<Organization, CorruptRow>>, StoreError> {
        let rows: Result<_, StoreError> = repeat!(self, |db| list(db));
        Ok(rows?.iter().map(restore).collect())
    }

    async fn find(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        let row: Result<_, StoreError> = repeat!(self, |db| find(db, id));
        Ok(row?.as_ref().map(restore).transpose()?)
    }

    async fn configure(&self, id: OrganizationId, changes: SettingsChanges) -> Result<Organization, ConfigureError> {
        let done: Result<_, StoreError> = once!(self, |db, _| configure(db, id, changes.clone()));
        match done? {
            Configured::Done(organization) => Ok(*organization),
            Configured::UnknownOrganization => Err(ConfigureError::UnknownOrganization),
            Configured::UnknownLocation => Err(ConfigureError::UnknownLocation),
        }
    }

    async fn rename(&self, id: OrganizationId, name: Name) -> Result<bool, StoreError> {
        once!(self, |db, _| rename(db, id, &name))
    }

    async fn remove(&self, id: OrganizationId) -> Result<Removal, StoreError> {
        once!(self, |db, _| remove(db, id))
    }

    async fn add_location(&self, organization_id: OrganizationId, location: Location) -> Result<bool, StoreError> {
        once!(self, |db, _| async {
            let added = location::add(db, organization_id, &location).await?;
            witnessed(db, added, Witness::Location(organization_id, location.id)).await
        })
    }

    async fn find_location(
        &self,
        organization_id: OrganizationId,
        id: LocationId,
    ) -> Result<Location, FindLocationError> {
        let found: Result<_, StoreError> = repeat!(self, |db| location::find(db, organization_id, id));
        match found? {
            Ok(row) => Ok(location::restore(&row).map_err(StoreError::from)?),
            Err(true) => Err(FindLocationError::Foreign),
            Err(false) => Err(FindLocationError::Unknown),
        }
    }

    async fn list_locations(
        &self,
        organization_id: OrganizationId,
        query: LocationQuery,
    ) -> Result<LocationPage, StoreError> {
        let rows: Result<_, StoreError> = repeat!(self, |db| location::list(db, organization_id, &query));
        let locations: Result<_, CorruptRow> = rows?.iter().map(location::restore_row).collect();
        Ok(LocationPage::of(locations?, query.limit))
    }
}

async fn add(db: &mut PgConnection, new: &NewOrganization) -> Result<((), Proof), Failure> {
    let NewOrganization { organization, location } = new;
    sqlx::query(
        "INSERT INTO organization (bucket, id, name, default_location_id, settings, created_at)
         VALUES ($1, $2, $3, $4, $5::text::jsonb, $6)",
    )
    .bind(bucket(organization.id))
    .bind(uuid(organization.id.to_bytes()))
    .bind(organization.name.as_str())
    .bind(uuid(location.id.to_bytes()))
    .bind(Json(SettingsJson::of(&organization.settings)))
    .bind(Time(organization.created_at))
    .execute(&mut *db)
    .await?;
    location::add(db, organization.id, location).await?;
    witnessed(db, (), Witness::Organization(organization.id)).await
}

async fn list(db: &mut PgConnection) -> Result<Vec<PgRow>, Failure> {
    let list = sqlx::query(
        "SELECT id, name, default_location_id, settings::text AS settings, created_at FROM organization
         ORDER BY created_at, id",
    );
    Ok(list.fetch_all(db).await?)
}

async fn find(db: &mut PgConnection, id: OrganizationId) -> Result<Option<PgRow>, Failure> {
    let find = sqlx::query(
        "SELECT id, name, default_location_id, settings::text AS settings, created_at FROM organization
         WHERE bucket = $1 AND id = $2",
    );
    Ok(find.bind(bucket(id)).bind(uuid(id.to_bytes())).fetch_optional(db).await?)
}

/// Whoever changes the organization at the same time waits.
async fn configure(
    db: &mut PgConnection,
    id: OrganizationId,
    changes: SettingsChanges,
) -> Result<(Configured, Proof), Failure> {
    let find = sqlx::query(
        "SELECT id, name, default_location_id, settings::text AS settings, created_at FROM organization
         WHERE bucket = $1 AND id = $2 FOR UPDATE",
    );
    let row = find.bind(bucket(id)).bind(uuid(id.to_bytes())).fetch_optional(&mut *db).await?;
    let Some(row) = row else { return Ok((Configured::UnknownOrganization, Proof::none())) };
    let mut organization = restore(&row)?;
    changes.apply(&mut organization);
    let configured = sqlx::query(
        "UPDATE organization AS o SET default_location_id = $3, settings = $4::text::jsonb
         WHERE o.bucket = $1 AND o.id = $2
           AND EXISTS (SELECT FROM location l WHERE l.bucket = $1 AND l.organization_id = $2 AND l.id = $3)",
    )
    .bind(bucket(id))
    .bind(uuid(id.to_bytes()))
    .bind(uuid(organization.default_location_id.to_bytes()))
    .bind(Json(SettingsJson::of(&organization.settings)))
    .execute(&mut *db)
    .await?;
    if configured.rows_affected() == 0 {
        return Ok((Configured::UnknownLocation, Proof::none()));
    }
    numbered(db, Configured::Done(Box::new(organization))).await
}

async fn rename(db: &mut PgConnection, id: OrganizationId, name: &Name) -> Result<(bool, Proof), Failure> {
    let rename = sqlx::query("UPDATE organization SET name = $3 WHERE bucket = $1 AND id = $2");
    let rename = rename.bind(bucket(id)).bind(uuid(id.to_bytes())).bind(name.as_str());
    let renamed = rename.execute(&mut *db).await?.rows_affected() > 0;
    if renamed { numbered(db, true).await } else { Ok((false, Proof::none())) }
}

/// A customer that is created at the same time would stay without an organization: services end before.
async fn remove(db: &mut PgConnection, id: OrganizationId) -> Result<(Removal, Proof), Failure> {
    let find = sqlx::query("SELECT FROM organization WHERE bucket = $1 AND id = $2 FOR UPDATE");
    let find = find.bind(bucket(id)).bind(uuid(id.to_bytes()));
    if find.fetch_optional(&mut *db).await?.is_none() {
        return Ok((Removal::Unknown, Proof::none()));
    }
    let customers =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM customer c WHERE c.bucket = $1 AND c.organization_id = $2)");
    if customers.bind(bucket(id)).bind(uuid(id.to_bytes())).fetch_one(&mut *db).await? {
        return Ok((Removal::HasCustomers, Proof::none()));
    }
    for delete in [
        "DELETE FROM location WHERE bucket = $1 AND organization_id = $2",
        "DELETE FROM organization WHERE bucket = $1 AND id = $2",
    ] {
        sqlx::query(delete).bind(bucket(id)).bind(uuid(id.to_bytes())).execute(&mut *db).await?;
    }
    numbered(db, Removal::Removed).await
}

/// The organization in a row of its table.
pub(crate) fn restore(row: &PgRow) -> Result<Organization, CorruptRow> {
    let columns = Columns::of(row, "organization");
    Ok(Organization {
        id: OrganizationId::from_bytes(columns.id("id")?),
        name: columns.parse("name", Name::restore)?,
        default_location_id: LocationId::from_bytes(columns.id("default_location_id")?),
        settings: columns.document("settings", SettingsJson::restore)?,
        created_at: columns.time("created_at")?,
    })
}
