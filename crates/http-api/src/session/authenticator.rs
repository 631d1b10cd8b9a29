//! The session and service of a JWT, cached for a moment.

use std::sync::Arc;

use domain::access::Service;
use domain::limits;
use domain::ports::{Clock, Session, SessionStore, StoreError, StoredService};
use jiff::{SignedDuration, Timestamp};
use quick_cache::sync::Cache;

use super::jwt::JwtError;
pub use super::jwt::JwtKey;
use crate::ApiError;
use crate::remembered::Remembered;

/// The lifetime of a session.
const SESSION_TIME: SignedDuration = SignedDuration::from_hours(limits::SESSION_HOURS);
/// The tolerance for sessions that another instance has just started.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_secs(limits::CLOCK_SKEW_SECONDS);
/// The number of sessions that are cached.
const SESSIONS_KEPT: usize = 10_000;

/// Issues and checks sessions. The cache saves a signature check, which costs as much as the rest of a request, and a
/// read of the store.
pub(crate) struct Authenticator {
    key: JwtKey,
    sessions: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
    remembered: Remembered<String, (Session, Arc<Service>)>,
    /// Sessions that ended on this instance. A check that began before the logout may still write to `remembered` after
    /// it.
    ended: Cache<u128, ()>,
}

impl Authenticator {
    pub(crate) fn new(key: JwtKey, sessions: Arc<dyn SessionStore>, clock: Arc<dyn Clock>) -> Self {
        let (remembered, ended) = (Remembered::at_most(SESSIONS_KEPT), Cache::new(SESSIONS_KEPT));
        Self { key, sessions, clock, remembered, ended }
    }

    /// Issues a JWT for a new session of the service.
    pub(crate) fn begin(&self, stored: &StoredService, session_id: u128) -> String {
        let now = self.clock.now();
        let expires_at = now.checked_add(SESSION_TIME).unwrap_or(now);
        let (service_id, epoch) = (stored.service.id, stored.session_epoch);
        self.key.issue(Session { service_id, id: session_id, epoch, expires_at }, now)
    }

    /// The session and the service that a JWT belongs to.
    pub(crate) async fn check(&self, token: &str) -> Result<(Session, Arc<Service>), ApiError> {
        let now = self.clock.now();
        let (session, service) = match self.remembered.get(token, now) {
            Some(found) => found,
            None => self.ask_store(token, now).await?,
        };
        if session.expires_at <= now {
            return Err(ApiError::TokenExpired);
        }
        if self.ended.get(&session.id).is_some() {
            return Err(ApiError::TokenInvalid);
        }
        Ok((session, service))
    }

    async fn ask_store(&self, token: &str, now: Timestamp) -> Result<(Session, Arc<Service>), ApiError> {
        let session = self.key.verify(token, now).map_err(|error| match error {
            JwtError::Invalid => ApiError::TokenInvalid,
            JwtError::Expired => ApiError::TokenExpired,
        })?;
        // It was issued while a clock was ahead, and would be valid for as long as the clock was wrong.
        if session.expires_at.duration_since(now) > SESSION_TIME + CLOCK_SKEW {
            return Err(ApiError::TokenInvalid);
        }
        let service = self.sessions.service_of(session).await?.ok_or(ApiError::TokenInvalid)?;
        let found = (session, Arc::new(service));
        self.remembered.insert(token.to_owned(), found.clone(), now);
        Ok(found)
    }

    /// Ends the session: at once on this instance, and on others when their cached entry expires.
    pub(crate) async fn end(&self, session: Session) -> Result<(), StoreError> {
        self.sessions.end(session).await?;
        self.ended.insert(session.id, ());
        Ok(())
    }
}
