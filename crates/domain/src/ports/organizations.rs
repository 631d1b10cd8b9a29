//! The store of organizations.

use async_trait::async_trait;

use super::{CorruptRow, StoreError};
use crate::organization::{Location, LocationPage, LocationQuery, Organization, SettingsChanges};
use crate::value::{LocationId, Name, OrganizationId};

/// Stores organizations, their settings and their locations.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait OrganizationStore: Send + Sync {
    /// Adds an organization and its first location, which becomes the default one.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add(&self, new: NewOrganization) -> Result<(), StoreError>;

    /// Every organization, in the order of creation. An unreadable one MUST be among them as its row, and not affect
    /// the others.
    ///
    /// # Errors
    /// The store failed.
    async fn list(&self) -> Result<Vec<Result<Organization, CorruptRow>>, StoreError>;

    /// The organization with this id, if there is one.
    ///
    /// # Errors
    /// The store failed.
    async fn find(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError>;

    /// Changes settings and default location, and returns the changed organization. Concurrent changes are carried out
    /// one after the other: none undoes another.
    ///
    /// # Errors
    /// MUST be [`ConfigureError::UnknownOrganization`] and [`ConfigureError::UnknownLocation`] in these cases. In any
    /// error, nothing was written.
    async fn configure(&self, id: OrganizationId, changes: SettingsChanges) -> Result<Organization, ConfigureError>;

    /// Renames an organization. Returns `false`, and writes nothing, if there is none with this id.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn rename(&self, id: OrganizationId, name: Name) -> Result<bool, StoreError>;

    /// Removes an organization without customers, with its settings and locations. The caller has to revoke its
    /// services and remove its upstream account before. MUST return [`Removal::HasCustomers`] or [`Removal::Unknown`],
    /// and write nothing, in these cases.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn remove(&self, id: OrganizationId) -> Result<Removal, StoreError>;

    /// Adds a location. Returns `false`, and writes nothing, if there is no such organization.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add_location(&self, organization_id: OrganizationId, location: Location) -> Result<bool, StoreError>;

    /// The location with this id.
    ///
    /// # Errors
    /// MUST be [`FindLocationError::Foreign`] if another organization has it, and [`FindLocationError::Unknown`] if
    /// none has.
    async fn find_location(
        &self,
        organization_id: OrganizationId,
        id: LocationId,
    ) -> Result<Location, FindLocationError>;

    /// A page of the organization's locations, in the order of their ids; empty if there is no such organization. An
    /// unreadable one MUST be in it as its row, and not affect the others.
    ///
    /// # Errors
    /// The store failed.
    async fn list_locations(
        &self,
        organization_id: OrganizationId,
        query: LocationQuery,
    ) -> Result<LocationPage, StoreError>;
}

/// A reason why an organization was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigureError {
    /// There is no such organization.
    #[error("there is no such organization")]
    UnknownOrganization,
    /// The default location does not belong to the organization.
    #[error("the location is not one of the organization's")]
    UnknownLocation,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A reason why a location was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindLocationError {
    /// No organization has a location with this id.
    #[error("there is no such location")]
    Unknown,
    /// It belongs to another organization.
    #[error("the location is another organization's")]
    Foreign,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The result of removing an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It was removed.
    Removed,
    /// There is no such organization.
    Unknown,
    /// It has customers, and was not changed.
    HasCustomers,
}

/// An organization to add.
#[derive(Debug, Clone, PartialEq)]
pub struct NewOrganization {
    /// The organization. Its default location is `location`.
    pub organization: Organization,
    /// Its first location.
    pub location: Location,
}
