//! Where organizations are kept.

use async_trait::async_trait;

use super::{CorruptRow, StoreError};
use crate::organization::{Location, LocationPage, LocationQuery, Organization, SettingsChanges};
use crate::value::{LocationId, Name, OrganizationId};

/// Keeps organizations, their settings and their locations.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait OrganizationStore: Send + Sync {
    /// Adds an organization and its first location, which becomes the default one.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add(&self, new: NewOrganization) -> Result<(), StoreError>;

    /// Every organization, in the order of creation. One that cannot be read MUST be among them as its row, and spoil no
    /// other.
    ///
    /// # Errors
    /// The store failed.
    async fn list(&self) -> Result<Vec<Result<Organization, CorruptRow>>, StoreError>;

    /// The organization; `None` when there is none with this id.
    ///
    /// # Errors
    /// The store failed.
    async fn find(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError>;

    /// Changes settings and default location, and tells the organization as it is then. Changes that come at the same time
    /// are carried out one after the other: none undoes what another one did.
    ///
    /// # Errors
    /// MUST be [`ConfigureError::UnknownOrganization`] and [`ConfigureError::UnknownLocation`] in these cases. Nothing was
    /// written then, nor when the store failed.
    async fn configure(&self, id: OrganizationId, changes: SettingsChanges) -> Result<Organization, ConfigureError>;

    /// Renames an organization. `false`, and nothing written, when there is none with this id.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn rename(&self, id: OrganizationId, name: Name) -> Result<bool, StoreError>;

    /// Removes an organization that has no customers, with its settings and locations. Its services and its account elsewhere
    /// are the caller's to end before. MUST be [`Removal::HasCustomers`] or [`Removal::Unknown`], and nothing written, in these
    /// cases.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn remove(&self, id: OrganizationId) -> Result<Removal, StoreError>;

    /// Adds a location. `false`, and nothing written, when there is no such organization.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add_location(&self, organization_id: OrganizationId, location: Location) -> Result<bool, StoreError>;

    /// The location.
    ///
    /// # Errors
    /// MUST be [`FindLocationError::Foreign`] when another organization has it, and [`FindLocationError::Unknown`] when none
    /// has.
    async fn find_location(
        &self,
        organization_id: OrganizationId,
        id: LocationId,
    ) -> Result<Location, FindLocationError>;

    /// A page of the organization's locations, in the order of their ids; empty when there is no such organization. One
    /// that cannot be read MUST be in it as its row, and spoil no other.
    ///
    /// # Errors
    /// The store failed.
    async fn list_locations(
        &self,
        organization_id: OrganizationId,
        query: LocationQuery,
    ) -> Result<LocationPage, StoreError>;
}

/// Why an organization was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigureError {
    /// There is no such organization.
    #[error("there is no such organization")]
    UnknownOrganization,
    /// The default location would not be one of the organization's.
    #[error("the location is not one of the organization's")]
    UnknownLocation,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a location was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindLocationError {
    /// There is none with this id.
    #[error("there is no such location")]
    Unknown,
    /// It is another organization's.
    #[error("the location is another organization's")]
    Foreign,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The result of removing an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It is gone.
    Removed,
    /// There is no such organization.
    Unknown,
    /// It has customers, and stays as it was.
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
