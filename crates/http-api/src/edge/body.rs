//! The body of a request.
//!
//! It is read when a handler wants it, which is after it has looked who asks: what somebody sends who may not ask never
//! stays in memory. The rest of a body is read off all the same before the answer goes out, within bounds, since a client that is
//! refused while it still sends may never see the answer: it meets a broken connection, and an app that would log in again on
//! 403 does not.

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

/// A body that nobody wants is read up to this multiple of the limit of one that somebody wants.
const READ_ON: usize = 8;
/// Bytes that are taken from the budget at once, at most, so that a client that only announces a long body takes little of it.
const STEP: usize = 16 * 1024;

/// The body of a request that has not been read yet, as an extension of it. Whoever takes it first has it.
#[derive(Clone)]
pub(crate) struct Incoming(Arc<Inner>);

struct Inner {
    body: Mutex<Option<Body>>,
    /// What it has of the budget, as long as the request lasts.
    shares: Mutex<Vec<Share>>,
    awaited: Mutex<Awaited>,
    /// The client sends nothing before it is asked to (`Expect: 100-continue`).
    waits: bool,
    connection: Option<Arc<ConnectionHandle>>,
}

/// For how long the client was waited for.
#[derive(Default)]
struct Awaited {
    total: Duration,
    since: Option<Instant>,
}

/// What bounds a body.
#[derive(Clone, Copy)]
pub(crate) struct Bounds<'a> {
    /// The longest one, in bytes.
    pub(crate) bytes: usize,
    /// Until it is there.
    pub(crate) time: Duration,
    /// What it is counted for, and whose it is.
    pub(crate) budget: Option<(&'a Budget, OrganizationId)>,
}

/// Why there is no body to work with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// Longer than the limit.
    TooLong,
    /// The client stopped in the middle.
    Broken,
    /// It did not arrive in time.
    Late,
    /// Bodies of other requests take all the memory that bodies may.
    NoRoom,
    /// Somebody has it.
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

    /// The body, unless somebody has it.
    pub(crate) fn take(&self) -> Option<Body> {
        lock(&self.0.body).take()
    }

    /// Reads the body whole. What it takes of the budget it has until the request is over.
    pub(crate) async fn read(&self, bounds: Bounds<'_>) -> Result<Vec<u8>, BodyFault> {
        let mut body = self.take().ok_or(BodyFault::Taken)?;
        let _awaiting = Awaiting::begin(&self.0.awaited);
        let reading = timeout(bounds.time, self.collect(&mut body, bounds));
        // Whoever sends slowly gives way to others: nothing was done yet.
        let read = match &self.0.connection {
            Some(connection) => connection.giving_way(reading).await,
            None => reading.await,
        };
        let read = read.unwrap_or(Err(BodyFault::Late));
        if matches!(read, Err(BodyFault::TooLong | BodyFault::NoRoom)) {
            // The rest of it is still to be read off.
            *lock(&self.0.body) = Some(body);
        }
        read
    }

    /// From now on, until what is given back is dropped, the client is waited for: it does not count for the request's time.
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

    /// Reads what nobody has taken, and forgets it, within the bounds of any other body. Meanwhile the connection gives way to
    /// others.
    pub(crate) async fn read_off(&self, bytes: usize, time: Duration) {
        let Some(body) = self.take().filter(|body| !body.is_end_stream() && !self.0.waits) else { return };
        let reading = read_off(body, bytes, time);
        match &self.0.connection {
            Some(connection) => connection.giving_way(reading).await,
            None => reading.await,
        }
    }

    /// Carries out a future that may take so long, without the time in which the body is waited for. `None`: it took longer.
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

/// Reads a body and forgets it: so many times as long as one that is wanted, at most, and in the same time.
pub(crate) async fn read_off(mut body: Body, bytes: usize, time: Duration) {
    let most = bytes.saturating_mul(READ_ON);
    let mut left = u64::try_from(most).unwrap_or(u64::MAX);
    if body.size_hint().lower() > left {
        // It would not be read to its end, and so be of no use to the client.
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
    // Whether it came in time or not, the client gets its answer now.
    let _ = timeout(time, reading).await;
}

/// A client that is waited for.
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
