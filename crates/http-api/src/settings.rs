//! How an organization wants things, remembered for a moment.

use std::sync::Arc;
use std::time::Duration;

use domain::organization::OrganizationSettings;
use domain::ports::{Clock, OrganizationStore, StoreError};
use domain::value::OrganizationId;
use jiff::Timestamp;
use quick_cache::sync::Cache;

/// How long an answer of the store is believed: so late does a change take effect. Every POST that may find its customer
/// asks, and would make the store read once more what hardly ever changes.
const REMEMBERED: Duration = Duration::from_secs(2);
/// Organizations that are remembered at once.
const KEPT: usize = 10_000;

/// Tells the settings of organizations.
pub(crate) struct Settings {
    organizations: Arc<dyn OrganizationStore>,
    clock: Arc<dyn Clock>,
    remembered: Cache<OrganizationId, (Arc<OrganizationSettings>, Timestamp)>,
}

impl Settings {
    pub(crate) fn new(organizations: Arc<dyn OrganizationStore>, clock: Arc<dyn Clock>) -> Self {
        Self { organizations, clock, remembered: Cache::new(KEPT) }
    }

    /// The settings; `None` when there is no such organization, which is not remembered.
    pub(crate) async fn of(&self, id: OrganizationId) -> Result<Option<Arc<OrganizationSettings>>, StoreError> {
        let now = self.clock.now();
        // Not after a clock that was set back: the answer would be believed until the clock has caught up.
        let fresh = |at: Timestamp| at <= now && now < at.checked_add(REMEMBERED).unwrap_or(now);
        if let Some((settings, at)) = self.remembered.get(&id)
            && fresh(at)
        {
            return Ok(Some(settings));
        }
        let found = self.organizations.find(id).await?;
        let settings = found.map(|organization| Arc::new(organization.settings));
        if let Some(settings) = &settings {
            self.remembered.insert(id, (settings.clone(), now));
        }
        Ok(settings)
    }
}
