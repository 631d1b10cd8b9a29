//! The runtime of each request.
//!
//! A runtime whose threads are busy with long responses delays every other request on it, even one with dedicated
//! database connections. So urgent requests have their own runtime, which also accepts the connections.

use std::io;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::ApiError;

/// The path prefixes of urgent requests.
const URGENT: [&str; 3] = ["/radius/", "/health/", "/metrics"];
/// The number of bytes that determine the path: a method longer than any of ours, a doubled slash, and the longest
/// prefix.
const OPENING: usize = 32;

/// The runtimes, each with its own threads.
#[derive(Debug, Clone)]
pub struct Runtimes {
    /// Accepts connections, and runs requests of RADIUS servers, of health checks and for metrics. No other runtime may
    /// use the database connections of these requests: a connection is woken by the runtime that opened it.
    pub urgent: Handle,
    /// Runs all other requests.
    pub usual: Handle,
}

impl Runtimes {
    /// The runtime for a connection, chosen by its first bytes, for which this waits. A connection carries one kind of
    /// request unless a proxy shares it; then each request still runs on its own runtime.
    pub(super) async fn of(&self, stream: &TcpStream) -> io::Result<&Handle> {
        let mut opening = [0; OPENING];
        let length = stream.peek(&mut opening).await?;
        Ok(if is_urgent(&opening[..length]) { &self.urgent } else { &self.usual })
    }
}

/// Whether a request with this beginning is urgent.
fn is_urgent(opening: &[u8]) -> bool {
    let Some(space) = opening.iter().position(|byte| *byte == b' ') else { return false };
    let path = &opening[space + 1..];
    // As `slashes` does later.
    let slashes = path.iter().take_while(|byte| **byte == b'/').count();
    let path = &path[slashes.saturating_sub(1)..];
    URGENT.iter().any(|urgent| path.starts_with(urgent.as_bytes()))
}

/// Runs the request on this runtime, and cancels it there when its client disconnects.
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

/// Registers the connection with this runtime: the runtime with which a socket is registered reports its readiness.
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
