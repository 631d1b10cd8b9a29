//! Who a JWT belongs to, remembered for a moment.

use std::sync::Arc;
use std::time::Duration;

use domain::access::Service;
use domain::ports::{Clock, Session, SessionStore, StoreError};
use jiff::Timestamp;
use quick_cache::sync::Cache;

use super::jwt::JwtError;
pub use super::jwt::JwtKey;
use crate::ApiError;

/// How long a session lives.
const SESSION_TIME: Duration = Duration::from_secs(24 * 60 * 60);
/// How long an answer of the store is believed: so late does another instance notice a logout or a revoked service.
/// It saves a check of the signature, which costs as much as the rest of a request, and a read of the store.
const REMEMBERED: Duration = Duration::from_secs(2);
/// Sessions that are remembered at once.
const SESSIONS_KEPT: usize = 10_000;

/// Issues and checks sessions.
pub(crate) struct Authenticator {
    key: JwtKey,
    sessions: Arc<dyn SessionStore>,
    clock: Arc<dyn Clock>,
    remembered: Cache<String, Remembered>,
    /// Sessions that ended here. A check that began before the logout may still write to `remembered` after it.
    ended: Cache<u128, ()>,
}

#[derive(Clone)]
struct Remembered {
    session: Session,
    service: Arc<Service>,
    checked_at: Timestamp,
}

impl Remembered {
    /// Not after a clock that was set back: the answer would be believed until the clock has caught up.
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.checked_at <= now && now < self.checked_at.checked_add(REMEMBERED).unwrap_or(now)
    }
}

impl Authenticator {
    pub(crate) fn new(key: JwtKey, sessions: Arc<dyn SessionStore>, clock: Arc<dyn Clock>) -> Self {
        Self { key, sessions, clock, remembered: Cache::new(SESSIONS_KEPT), ended: Cache::new(SESSIONS_KEPT) }
    }

    /// A JWT for a new session of the service.
    pub(crate) fn begin(&self, service: &Service, session_id: u128) -> String {
        let now = self.clock.now();
        let expires_at = now.checked_add(SESSION_TIME).unwrap_or(now);
        self.key.issue(Session { service_id: service.id, id: session_id, expires_at }, now)
    }

    /// The session and the service that a JWT belongs to.
    pub(crate) async fn check(&self, token: &str) -> Result<(Session, Arc<Service>), ApiError> {
        let now = self.clock.now();
        let found = match self.remembered.get(token) {
            Some(found) if found.is_fresh(now) => found,
            _ => self.ask_store(token, now).await?,
        };
        if found.session.expires_at <= now {
            return Err(ApiError::TokenExpired);
        }
        if self.ended.get(&found.session.id).is_some() {
            return Err(ApiError::TokenInvalid);
        }
        Ok((found.session, found.service))
    }

    async fn ask_store(&self, token: &str, now: Timestamp) -> Result<Remembered, ApiError> {
        let session = self.key.verify(token, now).map_err(|error| match error {
            JwtError::Invalid => ApiError::TokenInvalid,
            JwtError::Expired => ApiError::TokenExpired,
        })?;
        let service = self.sessions.service_of(session).await?.ok_or(ApiError::TokenInvalid)?;
        let found = Remembered { session, service: Arc::new(service), checked_at: now };
        self.remembered.insert(token.to_owned(), found.clone());
        Ok(found)
    }

    /// Ends the session here at once, and elsewhere within [`REMEMBERED`].
    pub(crate) async fn end(&self, session: Session) -> Result<(), StoreError> {
        self.sessions.end(session).await?;
        self.ended.insert(session.id, ());
        Ok(())
    }
}
