//! Where organizations are kept.

use async_trait::async_trait;

use super::StoreError;
use crate::organization::{Location, Organization, OrganizationSettings};
use crate::value::{LocationId, OrganizationId};

/// Keeps organizations, their settings and their locations.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait OrganizationStore: Send + Sync {
    /// Adds an organization and its first location, which becomes the default one.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add(&self, new: NewOrganization) -> Result<(), StoreError>;

    /// Every organization, in the order of creation.
    ///
    /// # Errors
    /// The store failed.
    async fn list(&self) -> Result<Vec<Organization>, StoreError>;

    /// The organization; `None` when there is none with this id.
    ///
    /// # Errors
    /// The store failed.
    async fn find(&self, id: OrganizationId) -> Result<Option<Organization>, StoreError>;

    /// Replaces settings and default location. `false`, and nothing written, when the organization or the location is
    /// not there.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn configure(
        &self,
        id: OrganizationId,
        default_location_id: LocationId,
        settings: OrganizationSettings,
    ) -> Result<bool, StoreError>;
}

/// An organization to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganization {
    /// The organization. Its default location is `location`.
    pub organization: Organization,
    /// Its first location.
    pub location: Location,
}
