//! The body of a request.
//!
//! It is read when a handler asks for it, which is after the caller was authenticated: the body of a caller without a
//! login is never kept in memory. The rest of a body is still read and discarded before the response is sent, within
//! bounds. A client that is refused while it still sends may otherwise never see the response: it sees a broken
//! connection, and an app that would log in again on 403 does not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use domain::value::OrganizationId;
use http_body_util::BodyExt;
use hyper::body::Body as _;
use tokio::time::{Instant, sleep, timeout};

use super::connections::ConnectionHandle;
use crate::ApiError;
use crate::limit::{Budget, Share};

/// An unused body is read up to this multiple of the limit for a used one.
const READ_ON: usize = 8;
/// The most bytes taken from the budget at once, so that a client that only announces a long body takes little of it.
const STEP: usize = 16 * 1024;

/// The unread body of a request, as a request extension. The first caller to take it gets it.
#[derive(Clone)]
pub(crate) struct Incoming(Arc<Inner>);

struct Inner {
    body: Mutex<Option<Body>>,
    /// Its shares of the budget, held for the whole request.
    shares: Mutex<Vec<Share>>,
    awaited: Mutex<Awaited>,
    /// Whether the client waits for a `100 Continue` before it sends (`Expect: 100-continue`).
    waits: bool,
    connection: Option<Arc<ConnectionHandle>>,
}

/// How long the request has waited for the client.
#[derive(Default)]
struct Awaited {
    total: Duration,
    since: Option<Instant>,
}

/// The bounds of a body.
#[derive(Clone, Copy)]
pub(crate) struct Bounds<'a> {
    /// The maximum length in bytes.
    pub(crate) bytes: usize,
    /// The time in which it has to arrive.
    pub(crate) time: Duration,
    /// The memory budget, and the organization that the body counts for.
    pub(crate) budget: Option<(&'a Budget, OrganizationId)>,
}

/// A reason why a body cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// The body is longer than the limit.
    TooLong,
    /// The client stopped in the middle.
    Broken,
    /// The body did not arrive in time.
    Late,
    /// Bodies of other requests use up the memory budget.
    NoRoom,
    /// The body was already taken.
    Taken,
}

impl Incoming {
    pub(crate) fn new(body: Body, parts: &Parts) -> Self {
        let expects = parts.headers.get(header::EXPECT);
        Self(Arc::new(Inner {
            body: Mutex::new(Some(body)),
            shares: Mutex::default(),
            awaited: Mutex::default(),
            waits: expects.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue")),
            connection: parts.extensions.get().cloned(),
        }))
    }

    /// The body, unless it was already taken.
    pub(crate) fn take(&self) -> Option<Body> {
        lock(&self.0.body).take()
    }

    /// Reads the whole body. Its share of the budget is held until the end of the request.
    pub(crate) async fn read(&self, bounds: Bounds<'_>) -> Result<Vec<u8>, BodyFault> {
        let mut body = self.take().ok_or(BodyFault::Taken)?;
        let _awaiting = Awaiting::begin(&self.0.awaited);
        let reading = timeout(bounds.time, self.collect(&mut body, bounds));
        // A slow client's connection may be closed for another one: nothing has been done yet.
        let read = match &self.0.connection {
            Some(connection) => connection.giving_way(reading).await,
            None => reading.await,
        };
        let read = read.unwrap_or(Err(BodyFault::Late));
        if matches!(read, Err(BodyFault::TooLong | BodyFault::NoRoom)) {
            // The rest is read and discarded later.
            *lock(&self.0.body) = Some(body);
        }
        read
    }

    /// Until the returned value is dropped, the time spent waiting for the client does not count towards the request's
    /// time limit.
    pub(crate) fn await_client(&self) -> impl Drop + '_ {
        Awaiting::begin(&self.0.awaited)
    }

    async fn collect(&self, body: &mut Body, bounds: Bounds<'_>) -> Result<Vec<u8>, BodyFault> {
        let announced = usize::try_from(body.size_hint().lower()).unwrap_or(usize::MAX);
        if announced > bounds.bytes {
            return Err(BodyFault::TooLong);
        }
        let step = if body.size_hint().exact().is_some() { announced.min(STEP) } else { STEP };
        let (mut bytes, mut shared) = (Vec::with_capacity(announced.min(STEP)), 0);
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(|_| BodyFault::Broken)?.into_data() else { continue };
            let length = bytes.len() + data.len();
            if length > bounds.bytes {
                return Err(BodyFault::TooLong);
            }
            if length > shared
                && let Some((budget, organization)) = bounds.budget
            {
                let more = (length - shared).max(step);
                let share = budget.take(organization, more).await.ok_or(BodyFault::NoRoom)?;
                lock(&self.0.shares).push(share);
                shared += more;
            }
            bytes.extend_from_slice(&data);
        }
        Ok(bytes)
    }

    /// Reads and discards a body that was not taken, within the bounds of any other body. Meanwhile the connection may
    /// be closed for another one.
    pub(crate) async fn read_off(&self, bytes: usize, time: Duration) {
        let Some(body) = self.take().filter(|body| !body.is_end_stream() && !self.0.waits) else { return };
        let reading = read_off(body, bytes, time);
        match &self.0.connection {
            Some(connection) => connection.giving_way(reading).await,
            None => reading.await,
        }
    }

    /// Runs a future with a time limit that excludes the time spent waiting for the body. `None` if the limit was
    /// exceeded.
    pub(crate) async fn within<F: Future>(&self, time: Duration, future: F) -> Option<F::Output> {
        let (started, awaited) = (Instant::now(), self.awaited());
        let mut future = std::pin::pin!(future);
        loop {
            let spent = started.elapsed().saturating_sub(self.awaited().saturating_sub(awaited));
            let left = time.checked_sub(spent).filter(|left| !left.is_zero())?;
            tokio::select! {
                biased;
                output = &mut future => return Some(output),
                () = sleep(left) => {}
            }
        }
    }

    fn awaited(&self) -> Duration {
        let awaited = lock(&self.0.awaited);
        awaited.total + awaited.since.map(|since| since.elapsed()).unwrap_or_default()
    }
}

/// Reads and discards a body of at most [`READ_ON`] times the maximum length, within the same time.
pub(crate) async fn read_off(mut body: Body, bytes: usize, time: Duration) {
    let most = bytes.saturating_mul(READ_ON);
    let mut left = u64::try_from(most).unwrap_or(u64::MAX);
    if body.size_hint().lower() > left {
        // A body this long would not be read to its end, so starting would not help the client.
        return;
    }
    let reading = async {
        while let Some(Ok(frame)) = body.frame().await {
            let length = frame.data_ref().map_or(0, Bytes::len);
            match left.checked_sub(u64::try_from(length).unwrap_or(u64::MAX)) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    // The client now gets its response, whether or not the body came in time.
    let _ = timeout(time, reading).await;
}

/// The time during which the request waits for the client.
struct Awaiting<'a>(&'a Mutex<Awaited>);

impl<'a> Awaiting<'a> {
    fn begin(awaited: &'a Mutex<Awaited>) -> Self {
        lock(awaited).since = Some(Instant::now());
        Self(awaited)
    }
}

impl Drop for Awaiting<'_> {
    fn drop(&mut self) {
        let mut awaited = lock(self.0);
        let since = awaited.since.take();
        awaited.total += since.map(|since| since.elapsed()).unwrap_or_default();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<S: Sync> FromRequestParts<S> for Incoming {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or_else(|| ApiError::Internal("a request has no body".into()))
    }
}
