//! Where customers' sessions on the network are kept.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CorruptRow, CustomerError, StoreError};
use crate::session::{Nas, NetworkSession, Restart, SessionRecord};
use crate::value::{CustomerId, NetworkSessionId, OrganizationId};

/// Keeps what access points tell of sessions.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait NetworkSessionStore: Send + Sync {
    /// Takes a record into its session, and tells whose that is. `None`, and nothing written, when it is nobody's: see
    /// [`crate::session::Claims`].
    ///
    /// Which session that is, [`SessionRecord::session_among`] MUST say of those with its name at its place, or of the latest
    /// [`crate::limits::NAMESAKES`] of them; when it is none of them, another one begins.
    ///
    /// The same records of one session MUST make the same session, in whatever order and however often they come, also at the
    /// same time: it began at the earliest [`SessionRecord::started_at`], was heard of at the latest time, and was used as much
    /// as any [`SessionRecord::usage_in`] says (a counter that overflowed between two records at the same time may be missed). Once
    /// it has ended it stays so, with the first end and cause that were told. Where device and access point are is what the record says that is the latest so far, unless
    /// that says nothing of it.
    ///
    /// A customer who is erased at the same time keeps no session.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn record(&self, record: &SessionRecord) -> Result<Option<CustomerId>, StoreError>;

    /// Ends the sessions that are open at a place, and have not been heard of since, and tells how many.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn restart(
        &self,
        organization_id: OrganizationId,
        nas: &Nas,
        restart: Restart,
        at: Timestamp,
    ) -> Result<u64, StoreError>;

    /// The customer's sessions that were first heard of before this one, or all: the latest first, no more than `limit`.
    /// One that cannot be read MUST be among them as its row, and spoil no other.
    ///
    /// # Errors
    /// When there are none and no session is gone on from: MUST be [`CustomerError::ForeignCustomer`] when the customer
    /// belongs to another organization, and [`CustomerError::UnknownCustomer`] when it belongs to none.
    async fn sessions(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        before: Option<NetworkSessionId>,
        limit: u16,
    ) -> Result<Vec<Result<NetworkSession, CorruptRow>>, CustomerError>;
}
