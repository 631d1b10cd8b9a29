//! The RADIUS server behind a request, proven by its bearer secret.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::access::Service;
use domain::ports::{Clock, ServiceStore};
use domain::token::SecretHash;
use jiff::Timestamp;
use quick_cache::sync::Cache;

use super::bearer;
use crate::edge::envelope;
use crate::{Api, ApiError};

/// How long an answer of the store is believed: so late is a revoked service noticed. It saves every login a read.
const REMEMBERED: Duration = Duration::from_secs(2);
/// Secrets that are remembered at once: right ones, of which there are few.
const KEPT: usize = 1000;

/// Tells whose a bearer secret is.
pub(crate) struct BearerSecrets {
    services: Arc<dyn ServiceStore>,
    clock: Arc<dyn Clock>,
    /// By the hash, so that no secret stays in memory.
    remembered: Cache<[u8; 32], (Arc<Service>, Timestamp)>,
}

/// The service of the role `radius` that sent the request.
///
/// Its requests are not counted: each is a person at a door, and to refuse it would keep that person out. Nor are tries at
/// a password, of which this side sees nothing: FreeRADIUS compares it, and holds a rejection back.
pub(crate) struct RadiusServer(pub(crate) Arc<Service>);

impl BearerSecrets {
    pub(crate) fn new(services: Arc<dyn ServiceStore>, clock: Arc<dyn Clock>) -> Self {
        Self { services, clock, remembered: Cache::new(KEPT) }
    }

    /// The RADIUS server with this secret.
    async fn find(&self, secret: &str) -> Result<Option<Arc<Service>>, ApiError> {
        let (now, hash) = (self.clock.now(), SecretHash::of(secret));
        // Not after a clock that was set back: the answer would be believed until the clock has caught up.
        let fresh = |at: Timestamp| at <= now && now < at.checked_add(REMEMBERED).unwrap_or(now);
        if let Some((service, at)) = self.remembered.get(hash.as_bytes())
            && fresh(at)
        {
            return Ok(Some(service));
        }
        let found = self.services.find_by_bearer(hash).await?.filter(Service::is_radius_server).map(Arc::new);
        match &found {
            Some(service) => self.remembered.insert(*hash.as_bytes(), (service.clone(), now)),
            None => drop(self.remembered.remove(hash.as_bytes())),
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
