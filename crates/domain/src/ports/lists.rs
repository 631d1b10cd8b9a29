//! Lists of customers.

use async_trait::async_trait;

use super::StoreError;
use crate::list::{Page, PageQuery};

/// Lists an organization's customers, page by page.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerLists: Send + Sync {
    /// The page after a position: the next customers that match the filter, in the order of the list.
    ///
    /// A scroll that begins at the start and continues from each `next` until there is none lists every customer that
    /// existed throughout exactly once, whatever is added, changed or erased meanwhile. A customer that was added or
    /// erased meanwhile, or started or ceased to match, may or may not be listed, but not twice.
    ///
    /// The cost of a page does not depend on the number of customers: at most [`crate::limits::PIECE_LOOKED_AT`] are
    /// examined, or `size` if that is more. So with a selective filter a page may have fewer than `size` customers, or
    /// none, and still have a `next`.
    ///
    /// An unreadable customer MUST have its place in the page like any other, and MUST NOT affect others on this page
    /// or later ones. It may or may not match a filter on its unreadable columns.
    ///
    /// If the filter has indexed values ([`crate::list::Filter::named`]), only customers that have them are examined:
    /// such a page is as fast in a large registry as in a small one, and has a `next` only if it is full.
    ///
    /// An organization that does not exist has no customers.
    ///
    /// # Errors
    /// The store failed.
    async fn page(&self, query: &PageQuery) -> Result<Page, StoreError>;
}
