//! The store of network sessions.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{CorruptRow, CustomerError, StoreError};
use crate::session::{Nas, NetworkSession, Restart, SessionRecord};
use crate::value::{CustomerId, NetworkSessionId, OrganizationId};

/// Stores what access points report about sessions.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait NetworkSessionStore: Send + Sync {
    /// Adds a record to its session, and returns the session's customer. Returns `None`, and writes nothing, if it
    /// belongs to no customer: see [`crate::session::Claims`].
    ///
    /// [`SessionRecord::session_among`] MUST choose the session among those with its name at its place, or among the
    /// latest [`crate::limits::NAMESAKES`] of them; if it chooses none, the record begins a new one.
    ///
    /// The same records of one session MUST make the same session, in whatever order and however often they come, also at the
    /// same time: it began at the earliest [`SessionRecord::started_at`], was heard of at the latest time, and was used as much
    /// as any [`SessionRecord::usage_in`] says (a counter that overflowed between two records at the same time may be missed). Once
    /// it has ended it stays so, with the first end and cause that were told. Where device and access point are is what the record says that is the latest so far, unless
    /// that says nothing of it.
    ///
    /// A customer that is erased concurrently keeps no session.
    ///
    /// # Errors
    /// The store failed; nothing was written.
    async fn record(&self, record: &SessionRecord) -> Result<Option<CustomerId>, StoreError>;

    /// Ends the open sessions at a place that have had no record since, and returns how many.
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

    /// The customer's sessions that were first reported before this one, or all: the latest first, at most `limit`. An
    /// unreadable one MUST be among them as its row, and not affect the others.
    ///
    /// # Errors
    /// If there are none and there is no session to continue from: MUST be [`CustomerError::ForeignCustomer`] if the
    /// customer belongs to another organization, and [`CustomerError::UnknownCustomer`] if it belongs to none.
    async fn sessions(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        before: Option<NetworkSessionId>,
        limit: u16,
    ) -> Result<Vec<Result<NetworkSession, CorruptRow>>, CustomerError>;
}
