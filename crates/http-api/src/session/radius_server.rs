//! The RADIUS server that sent a request, authenticated by its bearer secret.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::access::Service;
use domain::ports::{Clock, ServiceStore};
use domain::token::SecretHash;

use super::bearer;
use crate::edge::envelope;
use crate::remembered::Remembered;
use crate::{Api, ApiError};

/// The number of secrets that are cached: only right ones, of which there are few.
const KEPT: usize = 1000;

/// Finds the service of a bearer secret. The cache saves a read per login.
pub(crate) struct BearerSecrets {
    services: Arc<dyn ServiceStore>,
    clock: Arc<dyn Clock>,
    /// By hash, so that no secret stays in memory.
    remembered: Remembered<[u8; 32], Arc<Service>>,
}

/// The service of the role `radius` that sent the request.
///
/// Its requests are not rate limited: each is a person trying to connect, whom a refusal would keep out. Nor are
/// password attempts, which are not visible here: FreeRADIUS compares the password and delays a rejection.
pub(crate) struct RadiusServer(pub(crate) Arc<Service>);

impl BearerSecrets {
    pub(crate) fn new(services: Arc<dyn ServiceStore>, clock: Arc<dyn Clock>) -> Self {
        Self { services, clock, remembered: Remembered::at_most(KEPT) }
    }

    /// The RADIUS server with this secret.
    async fn find(&self, secret: &str) -> Result<Option<Arc<Service>>, ApiError> {
        let (now, hash) = (self.clock.now(), SecretHash::of(secret));
        if let Some(service) = self.remembered.get(hash.as_bytes(), now) {
            return Ok(Some(service));
        }
        let found = self.services.find_by_bearer(hash).await?.filter(Service::is_radius_server).map(Arc::new);
        match &found {
            Some(service) => self.remembered.insert(*hash.as_bytes(), service.clone(), now),
            None => self.remembered.remove(hash.as_bytes()),
        }
        Ok(found)
    }
}

impl FromRequestParts<Arc<Api>> for RadiusServer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        let secret = bearer(&parts.headers)
            .ok_or(ApiError::Unauthorized("An Authorization header with the scheme Bearer is needed."))?;
        let Some(service) = api.radius.secrets.find(secret).await? else {
            api.secrets.fail(None)?;
            return Err(ApiError::Unauthorized("The bearer secret is not one of a RADIUS server."));
        };
        envelope::note_service(service.id);
        Ok(Self(service))
    }
}
