//! A page assembled from pieces.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::limits;
use domain::ports::CorruptRow;
use domain::value::OrganizationId;
use hyper::body::Frame;
use serde::Serialize;
use tracing::Instrument;

use super::shares::Share;
use crate::state::Ports;
use crate::wire::{OK, time};
use crate::{Api, ApiError};

/// The maximum number of entries per piece. An entry has up to 20 KiB, so a piece has up to 4 MiB, and mostly 100 KiB.
const PIECE: u16 = limits::PIECE_LOOKED_AT;
/// The maximum number of pieces per page. With a selective filter, they examine as many customers as a page may.
const PIECES: u16 = limits::PAGE_LOOKED_AT / PIECE;

/// A list from which pages are read.
pub(crate) trait Source: Sized + Send + Sync + 'static {
    /// A position in the list.
    type Place: Clone + Send + Sync;
    /// An entry on the wire.
    type Entry: Serialize + Send;

    /// The member with the entries.
    const ENTRIES: &'static str;
    /// The member with their number.
    const COUNT: &'static str = "count";

    /// The next entries, at most this many.
    fn piece(
        &self,
        ports: &Ports,
        place: &Self::Place,
        most: u16,
    ) -> impl Future<Output = Result<Piece<Self>, ApiError>> + Send;

    /// The `sid` that continues the list after this position.
    fn sid(&self, place: &Self::Place) -> String;
}

/// An entry and the position after it. An unreadable one has only the position.
pub(crate) type Entry<S> = (<S as Source>::Place, Result<<S as Source>::Entry, CorruptRow>);

/// Some entries of a list.
pub(crate) struct Piece<S: Source> {
    /// The entries in order.
    pub(crate) entries: Vec<Entry<S>>,
    /// The position of the next piece; `None` at the end of the list.
    pub(crate) next: Option<S::Place>,
}

impl<S: Source> Piece<S> {
    /// A piece of at most this many entries, from what a store found when it was asked for one more.
    pub(crate) fn of(mut entries: Vec<Entry<S>>, most: u16) -> Self {
        let more = entries.len() > most.into();
        entries.truncate(most.into());
        let next = entries.last().map(|(place, _)| place.clone()).filter(|_| more);
        Self { entries, next }
    }
}

/// A page of the list from this position on, with at most this many entries.
///
/// It ends early when it reaches the maximum size, or when something fails after its first piece; the rest is then on
/// the next page.
pub(crate) async fn page<S: Source>(
    api: Arc<Api>,
    organization_id: OrganizationId,
    source: S,
    place: S::Place,
    size: u16,
) -> Result<Response, ApiError> {
    let share = api.turns.page(organization_id).await?;
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_head(&mut text, S::ENTRIES, &time(api.ports.clock.now()));
    let mut pager = Pager {
        api,
        organization_id,
        source,
        place,
        left: size,
        pieces: PIECES,
        bytes: 0,
        count: 0,
        unreadable: Vec::new(),
        _share: share,
    };
    let body = if pager.read(&mut text).await? {
        Body::from(text)
    } else {
        Body::new(Pieces { first: Some(text.into()), rest: Some(reading(pager)) })
    };
    let mut response = body.into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// A page in progress.
struct Pager<S: Source> {
    api: Arc<Api>,
    organization_id: OrganizationId,
    source: S,
    place: S::Place,
    /// Entries that it may still contain.
    left: u16,
    /// Pieces that it may still contain.
    pieces: u16,
    bytes: usize,
    count: usize,
    /// The ids of unreadable entries.
    unreadable: Vec<String>,
    _share: Share<OrganizationId>,
}

impl<S: Source> Pager<S> {
    /// Reads and writes the next piece, and returns whether the page has ended.
    async fn read(&mut self, text: &mut Vec<u8>) -> Result<bool, ApiError> {
        let turn = self.api.turns.piece(self.organization_id).await?;
        let most = self.left.min(PIECE);
        let Piece { entries, next } = self.source.piece(&self.api.ports, &self.place, most).await?;
        self.left = self.left.saturating_sub(u16::try_from(entries.len()).unwrap_or(u16::MAX));
        self.pieces -= 1;
        for (place, entry) in entries {
            if !self.write(text, entry)? {
                self.end(text, true);
                return Ok(true);
            }
            self.place = place;
        }
        drop(turn);
        let Some(next) = next else {
            self.end(text, false);
            return Ok(true);
        };
        self.place = next;
        let full = self.left == 0 || self.pieces == 0;
        if full {
            self.end(text, true);
        }
        Ok(full)
    }

    /// Writes an entry, unless it would make the page too large.
    fn write(&mut self, text: &mut Vec<u8>, entry: Result<S::Entry, CorruptRow>) -> Result<bool, ApiError> {
        let before = text.len();
        match entry {
            Ok(entry) => {
                if self.count > 0 {
                    text.push(b',');
                }
                serde_json::to_writer(&mut *text, &entry).map_err(|error| ApiError::Internal(error.into()))?;
                let bytes = self.bytes + text.len() - before;
                if self.count > 0 && bytes > self.api.limits.lists.page_bytes {
                    text.truncate(before);
                    return Ok(false);
                }
                self.bytes = bytes;
                self.count += 1;
            }
            Err(row) => {
                self.api.metrics.unreadable(&row);
                self.unreadable.push(row.id);
            }
        }
        Ok(true)
    }

    /// Writes the part after the entries.
    fn end(&self, text: &mut Vec<u8>, goes_on: bool) {
        let sid = goes_on.then(|| self.source.sid(&self.place));
        // As in the head.
        let _ = write_tail(text, S::COUNT, self.count, sid.as_deref(), &self.unreadable);
    }

    /// The next piece of the response body, and the pager for the rest.
    async fn next(mut self) -> (Bytes, Option<Self>) {
        let mut text = Vec::new();
        let ended = match self.read(&mut text).await {
            Ok(ended) => ended,
            Err(error) => {
                let cause = error.cause().map(ToString::to_string);
                tracing::warn!(code = error.status_and_code().1, cause, "a page ended early");
                text.clear();
                self.end(&mut text, true);
                true
            }
        };
        (text.into(), (!ended).then_some(self))
    }
}

/// A read of the next piece. It returns the pager, unless the page has ended.
type Reading<S> = Pin<Box<dyn Future<Output = (Bytes, Option<Pager<S>>)> + Send>>;

fn reading<S: Source>(pager: Pager<S>) -> Reading<S> {
    Box::pin(pager.next().in_current_span())
}

/// The pieces; each is read once the previous one has been passed on.
struct Pieces<S: Source> {
    first: Option<Bytes>,
    rest: Option<Reading<S>>,
}

impl<S: Source> HttpBody for Pieces<S> {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let Some(rest) = &mut self.rest else { return Poll::Ready(None) };
        let (text, pager) = ready!(rest.as_mut().poll(context));
        self.rest = pager.map(reading);
        Poll::Ready(Some(Ok(Frame::data(text))))
    }
}

fn write_head(text: &mut Vec<u8>, entries: &str, generated: &str) -> std::io::Result<()> {
    use std::io::Write;
    write!(text, r#"{{"status":"{OK}","generated":"{generated}","{entries}":["#)
}

fn write_tail(
    text: &mut Vec<u8>,
    count_name: &str,
    count: usize,
    sid: Option<&str>,
    unreadable: &[String],
) -> Result<(), serde_json::Error> {
    use std::io::Write;
    let _ = write!(text, r#"],"{count_name}":{count}"#);
    if let Some(sid) = sid {
        text.extend_from_slice(br#","sid":"#);
        serde_json::to_writer(&mut *text, sid)?;
    }
    if !unreadable.is_empty() {
        text.extend_from_slice(br#","unreadable":"#);
        serde_json::to_writer(&mut *text, unreadable)?;
    }
    text.push(b'}');
    Ok(())
}
