//! How an organization wants things, remembered for a moment.

use std::sync::Arc;
use std::time::Duration;

use domain::organization::Organization;
use domain::ports::{Clock, OrganizationStore};
use domain::value::OrganizationId;
use jiff::Timestamp;
use quick_cache::sync::Cache;

use crate::ApiError;
use crate::error::FOREIGN_ORGANIZATION;

/// How long an answer of the store is believed: so late does a change take effect elsewhere. Every POST asks, and would make the store read once more what hardly ever changes.
const REMEMBERED: Duration = Duration::from_secs(2);
/// Organizations that are remembered at once.
const KEPT: usize = 10_000;

/// Tells how organizations are set up.
pub(crate) struct Settings {
    organizations: Arc<dyn OrganizationStore>,
    clock: Arc<dyn Clock>,
    remembered: Cache<OrganizationId, (Arc<Organization>, Timestamp)>,
}

impl Settings {
    pub(crate) fn new(organizations: Arc<dyn OrganizationStore>, clock: Arc<dyn Clock>) -> Self {
        Self { organizations, clock, remembered: Cache::new(KEPT) }
    }

    /// The organization of the service that asks. One that is not there is not remembered.
    pub(crate) async fn of(&self, id: OrganizationId) -> Result<Arc<Organization>, ApiError> {
        let now = self.clock.now();
        // Not after a clock that was set back: the answer would be believed until the clock has caught up.
        let fresh = |at: Timestamp| at <= now && now < at.checked_add(REMEMBERED).unwrap_or(now);
        if let Some((organization, at)) = self.remembered.get(&id)
            && fresh(at)
        {
            return Ok(organization);
        }
        let found = self.organizations.find(id).await?.ok_or(ApiError::Forbidden(FOREIGN_ORGANIZATION))?;
        let organization = Arc::new(found);
        self.remember(organization.clone());
        Ok(organization)
    }

    /// Answers with this from now on, for a moment.
    pub(crate) fn remember(&self, organization: Arc<Organization>) {
        self.remembered.insert(organization.id, (organization, self.clock.now()));
    }
}
