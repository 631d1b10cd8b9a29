//! The store of temporary tokens.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CustomerError, StoreError};
use crate::token::{CustomerToken, LiveToken, NewToken};

/// Stores tokens, as hashes.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Stores a token for a customer of the organization.
    ///
    /// # Errors
    /// MUST be [`CustomerError::ForeignCustomer`] if the customer belongs to another organization, and
    /// [`CustomerError::UnknownCustomer`] if it belongs to none. Nothing was written.
    async fn issue(&self, token: NewToken) -> Result<(), CustomerError>;

    /// The token, if it is valid at this time. Uses no hit.
    ///
    /// # Errors
    /// The store failed.
    async fn look_up(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError>;

    /// Uses a hit of the token, if it is valid at this time, and returns its state after that. Of concurrent calls, no
    /// more succeed than the token has hits.
    ///
    /// # Errors
    /// The store failed; no hit was used.
    async fn hit(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError>;

    /// Uses a hit of the token, if it is valid at this time, and returns its state after that. For
    /// [`crate::limits::REDEMPTION_SECONDS`] after such a use, further calls succeed without using a hit, even if it
    /// was the last one, and without prolonging that time. A use recorded further than that in the future comes from a
    /// wrong clock, and grants no such time. Of concurrent calls one uses a hit. Uses by [`TokenStore::hit`] start no
    /// such time.
    ///
    /// # Errors
    /// The store failed. Repeating the call does not use a second hit.
    async fn redeem(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError>;

    /// The token, if [`TokenStore::redeem`] would succeed at this time. Uses no hit.
    ///
    /// # Errors
    /// The store failed.
    async fn redeemable(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError>;

    /// Purges tokens that have expired by now, a bounded number per call so that writers do not wait long, and returns
    /// how many. Zero means that there are no more.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn purge_tokens(&self, now: Timestamp) -> Result<u64, StoreError>;
}
