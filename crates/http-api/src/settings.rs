//! How an organization wants things, remembered for a moment.

use std::sync::Arc;

use domain::organization::Organization;
use domain::ports::{Clock, OrganizationStore};
use domain::value::OrganizationId;

use crate::ApiError;
use crate::error::FOREIGN_ORGANIZATION;
use crate::remembered::Remembered;

/// Organizations that are remembered at once.
const KEPT: usize = 10_000;

/// Tells how organizations are set up. Every POST asks, and would make the store read once more what hardly ever changes.
pub(crate) struct Settings {
    organizations: Arc<dyn OrganizationStore>,
    clock: Arc<dyn Clock>,
    remembered: Remembered<OrganizationId, Arc<Organization>>,
}

impl Settings {
    pub(crate) fn new(organizations: Arc<dyn OrganizationStore>, clock: Arc<dyn Clock>) -> Self {
        Self { organizations, clock, remembered: Remembered::at_most(KEPT) }
    }

    /// The organization of the service that asks. One that is not there is not remembered.
    pub(crate) async fn of(&self, id: OrganizationId) -> Result<Arc<Organization>, ApiError> {
        if let Some(organization) = self.remembered.get(&id, self.clock.now()) {
            return Ok(organization);
        }
        let found = self.organizations.find(id).await?.ok_or(ApiError::Forbidden(FOREIGN_ORGANIZATION))?;
        let organization = Arc::new(found);
        self.remember(organization.clone());
        Ok(organization)
    }

    /// Answers with this from now on, for a moment.
    pub(crate) fn remember(&self, organization: Arc<Organization>) {
        self.remembered.insert(organization.id, organization, self.clock.now());
    }
}
