//! Where services and their sessions are kept.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CorruptRow, StoreError};
use crate::access::{ClientKey, NewService, Service};
use crate::token::SecretHash;
use crate::value::ServiceId;

/// Keeps services.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ServiceStore: Send + Sync {
    /// Adds a service, with its secrets as hashes. `false`, and nothing written, when there is no such organization.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add(&self, new: NewService) -> Result<bool, StoreError>;

    /// Every service, revoked ones too, in the order of creation. One that cannot be read MUST be among them as its row,
    /// and spoil no other.
    ///
    /// # Errors
    /// The store failed.
    async fn list(&self) -> Result<Vec<Result<Service, CorruptRow>>, StoreError>;

    /// The service with this key, revoked or not.
    ///
    /// # Errors
    /// The store failed.
    async fn find(&self, client_key: &ClientKey) -> Result<Option<StoredService>, StoreError>;

    /// The service whose bearer secret has this hash, as it is now; `None` when there is none, or it was revoked.
    ///
    /// # Errors
    /// The store failed.
    async fn find_by_bearer(&self, bearer: SecretHash) -> Result<Option<Service>, StoreError>;

    /// Marks the service as revoked from `at` on; a service that is revoked stays so from the first time. `false` when
    /// there is none with this key.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn revoke(&self, client_key: &ClientKey, at: Timestamp) -> Result<bool, StoreError>;
}

/// A service and what proves that a caller is it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredService {
    /// The service.
    pub service: Service,
    /// The hash of its client secret.
    pub client_secret: SecretHash,
    /// The epoch that its sessions belong to.
    pub session_epoch: SessionEpoch,
}

/// Which sessions of a service count: those of its present epoch. No two epochs have one number, so that a session of an
/// epoch that ended never counts again, not even when an older database is restored.
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

/// One login of a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Session {
    /// Who logged in.
    pub service_id: ServiceId,
    /// The login's own number.
    pub id: u128,
    /// The epoch in which it began.
    pub epoch: SessionEpoch,
    /// When it ends by itself, to the second.
    pub expires_at: Timestamp,
}

/// Tells which sessions were ended early. A session that is not expired is alive unless it or its service was revoked, or its
/// epoch ended.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// The session's service as it is now; `None` when the session or the service was revoked, the service has another
    /// [`SessionEpoch`] by now, or there is no such service. Expiry is the caller's to check.
    ///
    /// # Errors
    /// The store failed.
    async fn service_of(&self, session: Session) -> Result<Option<Service>, StoreError>;

    /// Ends the session. Ending it twice is no error.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn end(&self, session: Session) -> Result<(), StoreError>;

    /// Ends every session of every service: sessions count from now on when they begin in this epoch, which no service had
    /// before. Returns how many services there are.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn end_all(&self, epoch: SessionEpoch) -> Result<u64, StoreError>;

    /// Forgets ended sessions that expired up to this time, a bounded number of them so that writers do not wait long, and
    /// tells how many. None: there are no more.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn purge_sessions(&self, now: Timestamp) -> Result<u64, StoreError>;
}
