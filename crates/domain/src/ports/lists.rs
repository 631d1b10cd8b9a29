//! Where customers are listed.

use async_trait::async_trait;

use super::StoreError;
use crate::list::{Page, PageQuery};

/// Lists an organization's customers, page by page.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait CustomerLists: Send + Sync {
    /// The page behind a place: the next customers that the filter takes, in the order of the list.
    ///
    /// Whoever begins at the start and goes on from each `next` until there is none meets every customer that was there
    /// all the time exactly once, however many are added, changed and erased meanwhile. Of one that came or went, or began
    /// or ceased to be what the filter takes, it is open whether it is met; it is not met twice.
    ///
    /// A page costs the same however many customers there are: no more than [`crate::limits::PIECE_LOOKED_AT`] are looked
    /// at, or `size` if that is more. So when the filter takes few, a page may have fewer than `size`, or none, and a
    /// `next` nevertheless.
    ///
    /// A customer who cannot be read MUST have a place in the page like any other, and MUST spoil no other: neither the
    /// page, nor those behind. Of what a filter asks of such a customer, what cannot be read is open.
    ///
    /// When the filter names values ([`crate::list::Filter::named`]), those who have them are looked at, and nobody else: such a
    /// page is as quick in a large registry as in a small one, and has a `next` only when it is full.
    ///
    /// An organization that is not there has no customers.
    ///
    /// # Errors
    /// The store failed.
    async fn page(&self, query: &PageQuery) -> Result<Page, StoreError>;
}
