//! A store of services that records revocations.

use std::sync::Arc;

use async_trait::async_trait;
use domain::Timestamp;
use domain::access::{ClientKey, NewService, Service};
use domain::ledger::{Author, Entry, Fact};
use domain::ports::{CorruptRow, IdSource, Ledger, ServiceStore, StoreError, StoredService};
use domain::token::SecretHash;
use domain::value::LedgerEntryId;

/// A decorator of a [`ServiceStore`] that records each revocation before it passes it on: see [`domain::ledger`].
pub struct RecordingServices {
    inner: Arc<dyn ServiceStore>,
    ledger: Arc<dyn Ledger>,
    ids: Arc<dyn IdSource>,
}

impl RecordingServices {
    /// Records the revocations of this store.
    pub fn new(inner: Arc<dyn ServiceStore>, ledger: Arc<dyn Ledger>, ids: Arc<dyn IdSource>) -> Self {
        Self { inner, ledger, ids }
    }

    fn entry(&self, at: Timestamp, fact: Fact) -> Entry {
        // This is the only way to revoke a service.
        Entry { id: LedgerEntryId::from_bits(self.ids.next()), at, by: Author::Administration, fact }
    }
}

#[async_trait]
impl ServiceStore for RecordingServices {
    async fn add(&self, new: NewService) -> Result<bool, StoreError> {
        self.inner.add(new).await
    }

    async fn list(&self) -> Result<Vec<Result<Service, CorruptRow>>, StoreError> {
        self.inner.list().await
    }

    async fn find(&self, client_key: &ClientKey) -> Result<Option<StoredService>, StoreError> {
        self.inner.find(client_key).await
    }

    async fn find_by_bearer(&self, bearer: SecretHash) -> Result<Option<Service>, StoreError> {
        self.inner.find_by_bearer(bearer).await
    }

    async fn revoke(&self, client_key: &ClientKey, at: Timestamp) -> Result<bool, StoreError> {
        let intent = self.entry(at, Fact::Revoked { client_key: client_key.clone() });
        let id = intent.id;
        self.ledger.append(vec![intent]).await?;
        let revoked = self.inner.revoke(client_key, at).await;
        let void = match &revoked {
            Ok(found) => !found,
            Err(error) => !error.is_outcome_unknown(),
        };
        if void {
            self.ledger.append(vec![self.entry(at, Fact::Void { entry: id })]).await?;
        }
        revoked
    }
}
