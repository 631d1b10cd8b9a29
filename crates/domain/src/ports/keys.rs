//! Which keys a registry depends on, and how a sealing key is retired.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::StoreError;
use crate::value::{CustomerId, OrganizationId};

/// Keeps what identifies the keys of a registry, and seals its values anew. A seal begins with the number of its key: see
/// [`super::PasswordSealer::key_of`].
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Records this public key as the one that logins are checked with, unless there is one or it is to be replaced. Returns
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

    /// Records that values may be sealed with this key from now on. A seal that is recorded stays; a server that served with
    /// the key once has served with it.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn add_sealing_key(&self, number: u32, key: SealingKey) -> Result<(), StoreError>;

    /// Records that no value is sealed with this key any more.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn remove_sealing_key(&self, number: u32) -> Result<(), StoreError>;

    /// Counts the passwords of customers after this one, in the order of bucket, organization and id, by sealing key: of so
    /// many customers at most.
    ///
    /// # Errors
    /// The store failed.
    async fn count_seals(&self, after: Option<(OrganizationId, CustomerId)>, limit: u16)
    -> Result<Counted, StoreError>;

    /// Counts the other seals by sealing key: secrets of accounts elsewhere, and the seal by which the database recognizes
    /// its key.
    ///
    /// # Errors
    /// The store failed.
    async fn count_other_seals(&self) -> Result<BTreeMap<u32, u64>, StoreError>;

    /// Seals the passwords of customers after this one anew that another key than the current one sealed: of so many
    /// customers at most, in the order of [`KeyStore::count_seals`]. Nothing else of a customer changes. A password that is
    /// written at the same time stays as it is written.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn reseal(&self, after: Option<(OrganizationId, CustomerId)>, limit: u16) -> Result<Resealed, StoreError>;

    /// The same for the other seals.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn reseal_others(&self) -> Result<Resealed, StoreError>;
}

/// A key that values may be sealed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealingKey {
    /// A known text, sealed with it; `None` for a key that was used before this was recorded.
    pub check: Option<Vec<u8>>,
    /// Whether a server has served with it as its current key.
    pub served: bool,
}

/// Seals by the number of their key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// How many each key sealed.
    pub seals: BTreeMap<u32, u64>,
    /// The last customer that was counted; `None` at the end.
    pub next: Option<(OrganizationId, CustomerId)>,
}

/// What was sealed anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resealed {
    /// How many seals.
    pub resealed: u64,
    /// How many seals did not open, and are as they were.
    pub unreadable: u64,
    /// The last customer that was looked at; `None` at the end.
    pub next: Option<(OrganizationId, CustomerId)>,
}
