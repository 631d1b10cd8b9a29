//! Organizations and their locations.

use async_trait::async_trait;
use domain::organization::{
    Location, LocationPage, LocationQuery, Organization, OrganizationSettings, SettingsChanges,
};
use domain::ports::{
    ConfigureError, CorruptRow, FindLocationError, NewOrganization, OrganizationStore, Removal, StoreError,
};
use domain::value::{LocationId, Name, OrganizationId};
use sqlx::SqliteExecutor;
use sqlx::sqlite::SqliteRow;
use store_json::SettingsJson;

use crate::SqliteStore;
use crate::error::store_error;
use crate::location;
use crate::row::Columns;

#[async_trait]
impl OrganizationStore for SqliteStore {
    async fn add(&self, new: NewOrganization) -> Result<(), StoreError> {
        let NewOrganization { organization, location } = new;
        let mut tx = self.begin().await.map_err(store_error)?;
        sqlx::query(
            "INSERT INTO organization (bucket, id, name, default_location_id, settings, created_at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(organization.id.bucket().number())
        .bind(organization.id.to_bytes().to_vec())
        .bind(organization.name.as_str())
        .bind(location.id.to_bytes().to_vec())
        .bind(settings_json(&organization.settings)?)
        .bind(organization.created_at.as_millisecond())
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        location::add(&mut tx, organization.id, &location).await?;
        tx.commit().await.map_err(store_error)
    }

    async fn list(&self) -> Result<Vec<Result<Organization, CorruptRow>>, StoreError> {
        let rows = sqlx::query("SELECT * FROM organization ORDER BY created_at, id")
            .fetch_all(&self.readers)
            .await
            .map_err(store_error)?;
        Ok(rows.iter().map(restore).collect())
    }

    async fn find(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
        find(&self.readers, id).await
    }

    async fn configure(&self, id: OrganizationId, changes: SettingsChanges) -> Result<Organization, ConfigureError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let mut organization = find(&mut *tx, id).await?.ok_or(ConfigureError::UnknownOrganization)?;
        changes.apply(&mut organization);
        let done = sqlx::query(
            "UPDATE organization SET default_location_id = ?3, settings = ?4
             WHERE bucket = ?1 AND id = ?2
               AND EXISTS (SELECT 1 FROM location l WHERE l.bucket = ?1 AND l.organization_id = ?2 AND l.id = ?3)",
        )
        .bind(id.bucket().number())
        .bind(id.to_bytes().to_vec())
        .bind(organization.default_location_id.to_bytes().to_vec())
        .bind(settings_json(&organization.settings)?)
        .execute(&mut *tx)
        .await
        .map_err(store_error)?;
        if done.rows_affected() == 0 {
            return Err(ConfigureError::UnknownLocation);
        }
        tx.commit().await.map_err(store_error)?;
        Ok(organization)
    }

    async fn rename(&self, id: OrganizationId, name: Name) -> Result<bool, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let renamed = sqlx::query("UPDATE organization SET name = ?3 WHERE bucket = ?1 AND id = ?2")
            .bind(id.bucket().number())
            .bind(id.to_bytes().to_vec())
            .bind(name.as_str())
            .execute(&mut *tx)
            .await
            .map_err(store_error)?;
        tx.commit().await.map_err(store_error)?;
        Ok(renamed.rows_affected() > 0)
    }

    async fn remove(&self, id: OrganizationId) -> Result<Removal, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let has_customers = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM customer c WHERE c.bucket = o.bucket AND c.organization_id = o.id)
             FROM organization o WHERE o.bucket = ? AND o.id = ?",
        )
        .bind(id.bucket().number())
        .bind(id.to_bytes().to_vec())
        .fetch_optional(&mut *tx)
        .await
        .map_err(store_error)?;
        match has_customers {
            None => return Ok(Removal::Unknown),
            Some(true) => return Ok(Removal::HasCustomers),
            Some(false) => {}
        }
        for delete in [
            "DELETE FROM location WHERE bucket = ? AND organization_id = ?",
            "DELETE FROM organization WHERE bucket = ? AND id = ?",
        ] {
            let delete = sqlx::query(delete).bind(id.bucket().number()).bind(id.to_bytes().to_vec());
            delete.execute(&mut *tx).await.map_err(store_error)?;
        }
        tx.commit().await.map_err(store_error)?;
        Ok(Removal::Removed)
    }

    async fn add_location(&self, organization_id: OrganizationId, location: Location) -> Result<bool, StoreError> {
        let mut tx = self.begin().await.map_err(store_error)?;
        let added = location::add(&mut tx, organization_id, &location).await?;
        tx.commit().await.map_err(store_error)?;
        Ok(added)
    }

    async fn find_location(
        &self,
        organization_id: OrganizationId,
        id: LocationId,
    ) -> Result<Location, FindLocationError> {
        location::find(&self.readers, organization_id, id)
            .await?
            .map_err(|foreign| if foreign { FindLocationError::Foreign } else { FindLocationError::Unknown })
    }

    async fn list_locations(
        &self,
        organization_id: OrganizationId,
        query: LocationQuery,
    ) -> Result<LocationPage, StoreError> {
        Ok(LocationPage::of(location::list(&self.readers, organization_id, &query).await?, query.limit))
    }
}

async fn find(db: impl SqliteExecutor<'_>, id: OrganizationId) -> Result<Option<Organization>, StoreError> {
    let row = sqlx::query("SELECT * FROM organization WHERE bucket = ? AND id = ?")
        .bind(id.bucket().number())
        .bind(id.to_bytes().to_vec())
        .fetch_optional(db)
        .await
        .map_err(store_error)?;
    Ok(row.as_ref().map(restore).transpose()?)
}

/// The organization in a row of its table.
pub(crate) fn restore(row: &SqliteRow) -> Result<Organization, CorruptRow> {
    let columns = Columns::of(row, "organization");
    Ok(Organization {
        id: OrganizationId::from_bytes(columns.bytes("id")?),
        name: columns.parse("name", Name::restore)?,
        default_location_id: LocationId::from_bytes(columns.bytes("default_location_id")?),
        settings: columns.document("settings", SettingsJson::restore)?,
        created_at: columns.time("created_at")?,
    })
}

fn settings_json(settings: &OrganizationSettings) -> Result<String, StoreError> {
    serde_json::to_string(&SettingsJson::of(settings)).map_err(|error| StoreError::Internal(error.into()))
}
