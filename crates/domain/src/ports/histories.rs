//! Where the histories of customers are read. They are written by who writes customers, in the same transaction.

use async_trait::async_trait;

use super::{CorruptRow, CustomerError};
use crate::history::Event;
use crate::value::{CustomerId, EventId, OrganizationId};

/// Keeps what happened to customers, and keeps the bare facts of it when they are erased.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// The next events of a customer after this one, or the first, in the order of their ids: no more than `limit`. One
    /// that cannot be read MUST be among them as its row, and spoil no other.
    ///
    /// # Errors
    /// When the organization has neither such a customer nor any event of one, and no event is gone on from: MUST be
    /// [`CustomerError::ForeignCustomer`] when the customer belongs to another organization, and
    /// [`CustomerError::UnknownCustomer`] when it belongs to none.
    async fn history(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Vec<Result<Event, CorruptRow>>, CustomerError>;
}
