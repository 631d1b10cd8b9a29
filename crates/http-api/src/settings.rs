//! The organizations' settings, cached for a moment.

use std::sync::Arc;

use domain::organization::Organization;
use domain::ports::{Clock, OrganizationStore};
use domain::value::OrganizationId;

use crate::ApiError;
use crate::error::FOREIGN_ORGANIZATION;
use crate::remembered::Remembered;

/// The number of organizations that are cached.
const KEPT: usize = 10_000;

/// Reads organizations' settings. Every POST needs them; the cache saves a read of values that hardly ever change.
pub(crate) struct Settings {
    organizations: Arc<dyn OrganizationStore>,
    clock: Arc<dyn Clock>,
    remembered: Remembered<OrganizationId, Arc<Organization>>,
}

impl Settings {
    pub(crate) fn new(organizations: Arc<dyn OrganizationStore>, clock: Arc<dyn Clock>) -> Self {
        Self { organizations, clock, remembered: Remembered::at_most(KEPT) }
    }

    /// The caller's organization. One that does not exist is not cached.
    pub(crate) async fn of(&self, id: OrganizationId) -> Result<Arc<Organization>, ApiError> {
        if let Some(organization) = self.remembered.get(&id, self.clock.now()) {
            return Ok(organization);
        }
        let found = self.organizations.find(id).await?.ok_or(ApiError::Forbidden(FOREIGN_ORGANIZATION))?;
        let organization = Arc::new(found);
        self.remember(organization.clone());
        Ok(organization)
    }

    /// Caches the organization.
    pub(crate) fn remember(&self, organization: Arc<Organization>) {
        self.remembered.insert(organization.id, organization, self.clock.now());
    }
}
