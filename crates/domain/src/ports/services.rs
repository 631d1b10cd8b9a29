//! The stores of services and their sessions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CorruptRow, StoreError};
use crate::access::{ClientKey, NewService, Service};
use crate::token::SecretHash;
use crate::value::ServiceId;

/// Stores services.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ServiceStore: Send + Sync {
    /// Adds a service, with its secrets as hashes. Returns `false`, and writes nothing, if there is no such
    /// organization.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add(&self, new: NewService) -> Result<bool, StoreError>;

    /// Every service, including revoked ones, in the order of creation. An unreadable one MUST be among them as its
    /// row, and not affect the others.
    ///
    /// # Errors
    /// The store failed.
    async fn list(&self) -> Result<Vec<Result<Service, CorruptRow>>, StoreError>;

    /// The service with this key, revoked or not.
    ///
    /// # Errors
    /// The store failed.
    async fn find(&self, client_key: &ClientKey) -> Result<Option<StoredService>, StoreError>;

    /// The current state of the service whose bearer secret has this hash; `None` if there is none, or it was revoked.
    ///
    /// # Errors
    /// The store failed.
    async fn find_by_bearer(&self, bearer: SecretHash) -> Result<Option<Service>, StoreError>;

    /// Marks the service as revoked from `at` on; an already revoked service keeps its first time. Returns `false` if
    /// there is none with this key.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn revoke(&self, client_key: &ClientKey, at: Timestamp) -> Result<bool, StoreError>;
}

/// A service with what authenticates it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredService {
    /// The service.
    pub service: Service,
    /// The hash of its client secret.
    pub client_secret: SecretHash,
    /// The epoch of its sessions.
    pub session_epoch: SessionEpoch,
}

/// The epoch of a service's sessions: only those of its current epoch are valid. No two epochs have the same number, so
/// a session of an ended epoch never becomes valid again, not even when an older database is restored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SessionEpoch(u128);

impl SessionEpoch {
    /// The epoch with this number. A new service starts in epoch 0.
    pub const fn new(number: u128) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u128 {
        self.0
    }
}

/// A login session of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Session {
    /// The service that logged in.
    pub service_id: ServiceId,
    /// The session's number.
    pub id: u128,
    /// The epoch in which it began.
    pub epoch: SessionEpoch,
    /// When it expires, to the second.
    pub expires_at: Timestamp,
}

/// Stores which sessions were ended early. A session that has not expired is valid unless it or its service was
/// revoked, or its epoch ended.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The current state of the session's service; `None` if the session or the service was revoked, if the service now
    /// has another [`SessionEpoch`], or if there is no such service. The caller checks the expiry.
    ///
    /// # Errors
    /// The store failed.
    async fn service_of(&self, session: Session) -> Result<Option<Service>, StoreError>;

    /// Ends the session. Ending it twice is not an error.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn end(&self, session: Session) -> Result<(), StoreError>;

    /// Ends every session of every service: from now on only sessions of this epoch are valid, which no service has had
    /// before. Returns the number of services.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn end_all(&self, epoch: SessionEpoch) -> Result<u64, StoreError>;

    /// Purges ended sessions that expired by this time, a bounded number per call so that writers do not wait long, and
    /// returns how many. Zero means that there are no more.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn purge_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;
}
