//! Lists, histories and whatever else is read page by page: how many pages are made at the same time, and how a page is put
//! together from pieces.
//!
//! A page can have ten thousand entries. It is read from the store and written to the client piece by piece, so that
//! neither a connection of the store nor memory is held for all of it; and organizations take turns, so that one with many
//! or long lists is in nobody else's way.

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
    /// Pages of one organization that are made at the same time, at most. Whoever reads its pages slowly keeps its own
    /// organization waiting.
    pub pages_of_each: usize,
    /// Pages of all organizations that are made at the same time, at most. Each has a piece in memory.
    pub pages: usize,
    /// Pieces of one organization that are read at the same time, at most. With one, an organization that lists all the
    /// time has one processor busy and no more.
    pub pieces_of_each: usize,
    /// Pieces of all organizations that are read at the same time, at most: as many as the store has connections for
    /// lists.
    pub pieces: usize,
    /// How long a request waits for its turn before it is answered with 429 or 503. Shorter than a request may take.
    pub patience: Duration,
    /// Bytes of the entries of a page, at most; but a page has one entry at least.
    pub page_bytes: usize,
}

impl Default for ListLimits {
    /// 4 pages of an organization and 32 in all, 1 piece and 2, four seconds, 8 MiB.
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

/// How long a client should wait when too many pages are made, in seconds.
const RETRY_AFTER: u64 = 2;

/// The turns of organizations at lists.
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
