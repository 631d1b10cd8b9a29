//! On which threads a request is carried out.
//!
//! A runtime whose threads are busy with long answers keeps every other request waiting, whatever connections to the
//! database that has. So requests that must not wait have a runtime of their own, and it accepts the connections too.

use std::io;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::ApiError;

/// What the paths of requests that must not wait begin with.
const URGENT: [&str; 3] = ["/radius/", "/health/", "/metrics"];
/// As much of a request as tells its path: a longer method than any of ours, a doubled slash, and the longest of these.
const OPENING: usize = 32;

/// The runtimes, each with threads of its own.
#[derive(Debug, Clone)]
pub struct Runtimes {
    /// Accepts connections, and carries out requests of RADIUS servers, of health checks and for metrics. Nothing else may
    /// use the connections to the database that these requests have: each waits for the runtime that opened it.
    pub urgent: Handle,
    /// Carries out all other requests.
    pub usual: Handle,
}

impl Runtimes {
    /// The runtime for a connection: a connection carries the same kind of request from first to last, unless a proxy
    /// shares it, and then each request still goes to the runtime that it belongs to. Waits for the first bytes.
    pub(super) async fn of(&self, stream: &TcpStream) -> io::Result<&Handle> {
        let mut opening = [0; OPENING];
        let length = stream.peek(&mut opening).await?;
        Ok(if is_urgent(&opening[..length]) { &self.urgent } else { &self.usual })
    }
}

/// Whether a request that begins like this must not wait.
fn is_urgent(opening: &[u8]) -> bool {
    let Some(space) = opening.iter().position(|byte| *byte == b' ') else { return false };
    let path = &opening[space + 1..];
    // As `slashes` does, which comes later.
    let slashes = path.iter().take_while(|byte| **byte == b'/').count();
    let path = &path[slashes.saturating_sub(1)..];
    URGENT.iter().any(|urgent| path.starts_with(urgent.as_bytes()))
}

/// Carries the request out on this runtime, and ends it there when its client goes away.
pub(crate) async fn run_on(State(runtime): State<Handle>, request: Request, next: Next) -> Response {
    if Handle::current().id() == runtime.id() {
        return next.run(request).await;
    }
    let mut task = JoinSet::new();
    task.spawn_on(next.run(request), &runtime);
    match task.join_next().await {
        Some(Ok(response)) => response,
        Some(Err(ended)) => ApiError::Unavailable(ended.into()).into_response(),
        None => ApiError::Internal("a task had no end".into()).into_response(),
    }
}

/// The same connection, on this runtime: readiness is told by the runtime that a socket was registered with.
pub(super) fn register(stream: TcpStream, runtime: &Handle) -> io::Result<TcpStream> {
    if Handle::current().id() == runtime.id() {
        return Ok(stream);
    }
    let stream = stream.into_std()?;
    let _entered = runtime.enter();
    TcpStream::from_std(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_told_by_how_it_begins() {
        for urgent in [
            "POST /radius/authorize HTTP/1.1\r\n",
            "GET /health/live HTTP/1.1\r\n",
            "GET //health/ready HTTP/1.1",
            "HEAD /metrics HTTP/1.1\r\n",
            "OPTIONS ///radius/accounting?x=y",
        ] {
            assert!(is_urgent(&urgent.as_bytes()[..urgent.len().min(OPENING)]), "{urgent}");
        }
        for usual in
            ["", "POST", "POST ", "POST /", "GET /v3/customers/radius/", "GET /?/health/", "\x16\x03\x01", "GET /rad"]
        {
            assert!(!is_urgent(usual.as_bytes()), "{usual}");
        }
    }
}
