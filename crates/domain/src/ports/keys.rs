//! The keys that a registry depends on, and the replacement of sealing keys.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::StoreError;
use crate::value::{CustomerId, OrganizationId};

/// Stores what identifies the keys of a registry, and reseals its values. A seal begins with the number of its key: see
/// [`super::PasswordSealer::key_of`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Records this public key as the one that checks logins, unless there is one and it is not to be replaced. Returns
    /// the recorded one.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn signing_key(&self, public: [u8; 32], replace: bool) -> Result<[u8; 32], StoreError>;

    /// The sealing keys that values may be sealed with, by number.
    ///
    /// # Errors
    /// The store failed.
    async fn sealing_keys(&self) -> Result<BTreeMap<u32, SealingKey>, StoreError>;

    /// Records that values may be sealed with this key from now on. An existing check value stays, and so does the fact
    /// that a server has served with the key.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add_sealing_key(&self, number: u32, key: SealingKey) -> Result<(), StoreError>;

    /// Records that no value is sealed with this key any more.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn remove_sealing_key(&self, number: u32) -> Result<(), StoreError>;

    /// Counts the passwords of customers after this one by sealing key, in the order of bucket, organization and id: of
    /// at most this many customers.
    ///
    /// # Errors
    /// The store failed.
    async fn count_seals(&self, after: Option<(OrganizationId, CustomerId)>, limit: u16)
    -> Result<Counted, StoreError>;

    /// Counts the other seals by sealing key: secrets of upstream accounts, and the seal by which the database
    /// recognizes its key.
    ///
    /// # Errors
    /// The store failed.
    async fn count_other_seals(&self) -> Result<BTreeMap<u32, u64>, StoreError>;

    /// Reseals the passwords of customers after this one that are not sealed with the current key: of at most this many
    /// customers, in the order of [`KeyStore::count_seals`]. Nothing else of a customer changes. A concurrently written
    /// password is not overwritten.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn reseal(&self, after: Option<(OrganizationId, CustomerId)>, limit: u16) -> Result<Resealed, StoreError>;

    /// Reseals the other seals.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn reseal_others(&self) -> Result<Resealed, StoreError>;
}

/// A key that values may be sealed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealingKey {
    /// A known text sealed with it; `None` for a key that was used before this was recorded.
    pub check: Option<Vec<u8>>,
    /// Whether a server has served with it as its current key.
    pub served: bool,
}

/// The number of seals per key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// The number of seals by the number of their key.
    pub seals: BTreeMap<u32, u64>,
    /// The last customer that was counted; `None` at the end.
    pub next: Option<(OrganizationId, CustomerId)>,
}

/// The result of resealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resealed {
    /// The number of resealed values.
    pub resealed: u64,
    /// The number of seals that could not be opened, and are unchanged.
    pub unreadable: u64,
    /// The last customer that was examined; `None` at the end.
    pub next: Option<(OrganizationId, CustomerId)>,
}
