//! Lists, histories and other paged reads: how many pages are made at once, and how a page is assembled from pieces.
//!
//! A page can have ten thousand entries. It is read from the store and written to the client piece by piece, so neither
//! a store connection nor memory is held for all of it. Organizations take turns, so one with many or long lists does
//! not delay the others.

mod page;
mod shares;

use std::time::Duration;

use domain::value::OrganizationId;

use crate::ApiError;

pub(crate) use page::{Piece, Source, page};
use shares::{Busy, Share, Shares};

/// Bounds of lists.
#[derive(Debug, Clone, Copy)]
pub struct ListLimits {
    /// Pages of one organization that are made at once, at most. A client that reads its pages slowly delays only its
    /// own organization.
    pub pages_of_each: usize,
    /// Pages of all organizations that are made at once, at most. Each has one piece in memory.
    pub pages: usize,
    /// Pieces of one organization that are read at once, at most. With one, an organization that lists all the time
    /// uses at most one processor.
    pub pieces_of_each: usize,
    /// Pieces of all organizations that are read at once, at most: as many as the store has connections for lists.
    pub pieces: usize,
    /// How long a request waits for its turn before it is answered with 429 or 503. Must be less than the time limit of
    /// a request.
    pub patience: Duration,
    /// The maximum bytes of a page's entries; a page always has at least one entry.
    pub page_bytes: usize,
}

impl Default for ListLimits {
    /// 4 pages per organization and 32 in all, 1 piece per organization and 2 in all, four seconds, 8 MiB.
    fn default() -> Self {
        Self {
            pages_of_each: 4,
            pages: 32,
            pieces_of_each: 1,
            pieces: 2,
            patience: Duration::from_secs(4),
            page_bytes: 8 * 1024 * 1024,
        }
    }
}

/// The `Retry-After` when too many pages are being made, in seconds.
const RETRY_AFTER: u64 = 2;

/// The organizations' turns to read lists.
pub(crate) struct Turns {
    pages: Shares<OrganizationId>,
    pieces: Shares<OrganizationId>,
    limits: ListLimits,
}

impl Turns {
    pub(crate) fn new(limits: ListLimits) -> Self {
        Self {
            pages: Shares::new(limits.pages, limits.pages_of_each),
            pieces: Shares::new(limits.pieces, limits.pieces_of_each),
            limits,
        }
    }

    /// Waits until a page of the organization can be made.
    async fn page(&self, organization_id: OrganizationId) -> Result<Share<OrganizationId>, ApiError> {
        self.pages.take(organization_id, self.limits.patience).await.map_err(ApiError::from)
    }

    /// Waits until a piece of a page can be read.
    async fn piece(&self, organization_id: OrganizationId) -> Result<Share<OrganizationId>, ApiError> {
        self.pieces.take(organization_id, self.limits.patience).await.map_err(ApiError::from)
    }
}

impl From<Busy> for ApiError {
    fn from(busy: Busy) -> Self {
        match busy {
            Busy::WithItsOwn => Self::RateLimited { retry_after: RETRY_AFTER },
            Busy::WithOthers => Self::Unavailable("too many pages of lists are made at the same time".into()),
        }
    }
}
