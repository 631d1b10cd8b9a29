//! A connection's place and state.

use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::Notify;

use super::Places;
use crate::edge::head::HeadFault;

/// The reason why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// The client or the server closed it regularly, or it broke.
    Done,
    /// It was the longest idle one when a new connection needed a place.
    GaveWay,
    /// Its address had the maximum number of connections, and none of them was idle.
    Refused,
    /// The head of a request did not arrive in time.
    NoHead,
    /// No further request arrived.
    KeepAlive,
    /// The client did not read the response.
    NotRead,
    /// The server stopped.
    Stop,
}

impl End {
    pub(crate) const ALL: [Self; 7] =
        [Self::Done, Self::GaveWay, Self::Refused, Self::NoHead, Self::KeepAlive, Self::NotRead, Self::Stop];

    /// The reason's name in metrics.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::GaveWay => "gave_way",
            Self::Refused => "refused",
            Self::NoHead => "no_head",
            Self::KeepAlive => "keep_alive",
            Self::NotRead => "not_read",
            Self::Stop => "stop",
        }
    }
}

/// The handle by which others see and control a connection.
#[derive(Debug)]
pub(crate) struct ConnectionHandle {
    pub(super) id: u64,
    places: Arc<Places>,
    /// Whether a request is being read or answered.
    in_request: AtomicBool,
    /// The number of completed requests.
    requests: AtomicU64,
    /// The number of heads that arrived, and of those that hyper has turned into requests.
    heads: AtomicU64,
    begun: AtomicU64,
    /// The number of the refused head, and the reason.
    fault: OnceLock<(u64, HeadFault)>,
    end: OnceLock<End>,
    close: Notify,
}

impl ConnectionHandle {
    pub(super) fn new(id: u64, places: Arc<Places>) -> Self {
        Self {
            id,
            places,
            in_request: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            heads: AtomicU64::new(0),
            begun: AtomicU64::new(0),
            fault: OnceLock::new(),
            end: OnceLock::new(),
            close: Notify::new(),
        }
    }

    /// Counts a head.
    pub(in crate::edge) fn count_head(&self, fault: Option<HeadFault>) {
        let number = self.heads.fetch_add(1, Ordering::Relaxed);
        if let Some(fault) = fault {
            let _ = self.fault.set((number, fault));
        }
    }

    #[cfg(test)]
    pub(in crate::edge) fn heads(&self) -> u64 {
        self.heads.load(Ordering::Relaxed)
    }

    /// Counts a request that begins, and returns what was wrong with its head.
    pub(in crate::edge) fn count_request(&self) -> Option<HeadFault> {
        let number = self.begun.fetch_add(1, Ordering::Relaxed);
        self.fault.get().filter(|(at, _)| *at == number).map(|(_, fault)| *fault)
    }

    /// Starts a request; `None` if the connection was already asked to close. The request is in progress until the
    /// result is dropped.
    pub(in crate::edge) fn begin(self: &Arc<Self>) -> Option<Turn> {
        let begun = self.places.change(self.id, |standing| standing.in_request = true);
        begun.then(|| {
            self.in_request.store(true, Ordering::Relaxed);
            Turn(self.clone())
        })
    }

    /// While the future runs, the connection may be closed as if it were idle: it waits for the client, and no work
    /// would be lost.
    pub(crate) async fn giving_way<F: Future>(&self, waiting: F) -> F::Output {
        let _giving = GivingWay::begin(self);
        waiting.await
    }

    pub(super) fn is_in_request(&self) -> bool {
        self.in_request.load(Ordering::Relaxed)
    }

    pub(super) fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Sets whether a response waits for the client.
    pub(super) fn set_blocked(&self, blocked: bool) {
        self.places.change(self.id, |standing| standing.blocked = blocked);
    }

    /// Records the reason of the end; the first one counts.
    pub(in crate::edge) fn note_end(&self, end: End) {
        let _ = self.end.set(end);
    }

    /// Asks the connection to close.
    pub(super) fn ask_to_close(&self, end: End) {
        self.note_end(end);
        self.close.notify_one();
    }

    /// Waits until the connection is asked to close.
    pub(in crate::edge) async fn closing(&self) {
        self.close.notified().await;
    }

    pub(super) fn end(&self) -> End {
        self.end.get().copied().unwrap_or(End::Done)
    }
}

/// A request in progress.
#[derive(Debug)]
pub(in crate::edge) struct Turn(Arc<ConnectionHandle>);

impl Drop for Turn {
    fn drop(&mut self) {
        let connection = &self.0;
        connection.requests.fetch_add(1, Ordering::Relaxed);
        connection.in_request.store(false, Ordering::Relaxed);
        connection.places.change(connection.id, |standing| standing.in_request = false);
    }
}

struct GivingWay<'a>(&'a ConnectionHandle);

impl<'a> GivingWay<'a> {
    fn begin(connection: &'a ConnectionHandle) -> Self {
        connection.places.change(connection.id, |standing| standing.gives_way = true);
        Self(connection)
    }
}

impl Drop for GivingWay<'_> {
    fn drop(&mut self) {
        self.0.places.change(self.0.id, |standing| standing.gives_way = false);
    }
}

/// A connection's place, held until this is dropped.
#[derive(Debug)]
pub(in crate::edge) struct Seat(Arc<ConnectionHandle>);

impl Seat {
    pub(super) fn new(connection: Arc<ConnectionHandle>) -> Self {
        Self(connection)
    }

    pub(in crate::edge) fn connection(&self) -> &Arc<ConnectionHandle> {
        &self.0
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.places.leave(&self.0);
    }
}
