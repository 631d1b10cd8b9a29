//! What requests of RADIUS servers need, over connections of their own.

use std::sync::Arc;

use domain::ports::Clock;
use domain::value::{OrganizationId, Username};

use crate::ApiError;
use crate::session::BearerSecrets;
use crate::settings::Settings;
use crate::state::RadiusPorts;

/// Bearer secrets, and the realms of organizations.
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

    /// Whom a name may mean. The realm is asked for only where there could be one.
    pub(crate) async fn meant_by(&self, id: OrganizationId, name: &str) -> Result<Vec<Username>, ApiError> {
        if !name.contains('@') {
            return Ok(Username::meant_by(name, None));
        }
        let organization = self.settings.of(id).await?;
        Ok(Username::meant_by(name, organization.settings.passpoint.realm.as_ref()))
    }
}
