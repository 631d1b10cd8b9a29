//! Where temporary tokens are kept.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CustomerError, StoreError};
use crate::token::{CustomerToken, LiveToken, NewToken};

/// Keeps tokens, as hashes.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Stores a token for a customer of the organization.
    ///
    /// # Errors
    /// MUST be [`CustomerError::ForeignCustomer`] when the customer belongs to another organization, and
    /// [`CustomerError::UnknownCustomer`] when it belongs to none. Nothing was written.
    async fn issue(&self, token: NewToken) -> Result<(), CustomerError>;

    /// The token, if it is alive at this time. Uses no hit.
    ///
    /// # Errors
    /// The store failed.
    async fn look_up(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError>;

    /// Uses the token once, if it is alive at this time, and returns it as it is afterwards. Of concurrent calls no more
    /// succeed than the token has hits.
    ///
    /// # Errors
    /// The store failed; no hit was used.
    async fn hit(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError>;

    /// Uses the token once, if it is alive at this time, and returns it as it is afterwards; but for
    /// [`crate::limits::REDEMPTION_SECONDS`] after such a use, further calls succeed and use nothing, also when it was the
    /// last one. A use that lies further than that in the future was recorded by a wrong clock, and grants no such time. They do not prolong that time. Of concurrent calls one uses a hit. Other uses by [`TokenStore::hit`] begin
    /// no such time.
    ///
    /// # Errors
    /// The store failed. Whoever calls again then uses no second hit.
    async fn redeem(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError>;

    /// The token, if [`TokenStore::redeem`] would succeed at this time. Uses no hit.
    ///
    /// # Errors
    /// The store failed.
    async fn redeemable(&self, token: &CustomerToken, now: Timestamp) -> Result<Option<LiveToken>, StoreError>;

    /// Forgets tokens that are expired by now, a bounded number of them so that writers do not wait long, and tells how
    /// many. None: there are no more.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn purge_tokens(&self, now: Timestamp) -> Result<u64, StoreError>;
}
