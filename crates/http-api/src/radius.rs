//! What requests of RADIUS servers share, with dedicated connections.

use std::sync::Arc;

use domain::ports::Clock;
use domain::value::{HostName, OrganizationId};

use crate::ApiError;
use crate::session::BearerSecrets;
use crate::settings::Settings;
use crate::state::RadiusPorts;

/// Bearer secrets and the realms of organizations.
pub(crate) struct Radius {
    pub(crate) secrets: BearerSecrets,
    settings: Settings,
}

impl Radius {
    pub(crate) fn new(ports: &RadiusPorts, clock: &Arc<dyn Clock>) -> Self {
        Self {
            secrets: BearerSecrets::new(ports.services.clone(), clock.clone()),
            settings: Settings::new(ports.organizations.clone(), clock.clone()),
        }
    }

    /// The organization's realm, up to two seconds old.
    pub(crate) async fn realm(&self, id: OrganizationId) -> Result<Option<HostName>, ApiError> {
        Ok(self.settings.of(id).await?.settings.passpoint.realm.clone())
    }
}
