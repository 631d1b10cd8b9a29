//! The store of customers' histories. The store of customers writes them, in the same transaction.

use async_trait::async_trait;

use super::{CorruptRow, CustomerError};
use crate::history::Event;
use crate::value::{CustomerId, EventId, OrganizationId};

/// Reads what happened to customers. After an erasure, only callers and times remain.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait HistoryStore: Send + Sync {
    /// The next events of a customer after this one, or the first ones, in the order of their ids, at most `limit`. An
    /// unreadable one MUST be among them as its row, and not affect the others.
    ///
    /// # Errors
    /// If the organization has neither such a customer nor any of its events, and there is no event to continue from:
    /// MUST be [`CustomerError::ForeignCustomer`] if the customer belongs to another organization, and
    /// [`CustomerError::UnknownCustomer`] if it belongs to none.
    async fn history(
        &self,
        organization_id: OrganizationId,
        customer_id: CustomerId,
        after: Option<EventId>,
        limit: u16,
    ) -> Result<Vec<Result<Event, CorruptRow>>, CustomerError>;
}
