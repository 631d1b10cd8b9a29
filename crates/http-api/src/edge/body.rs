//! Reading the body, before anything is decided about a request.
//!
//! A client that is refused while it still sends may never see the answer: it meets a broken connection, and an app that
//! would log in again on 403 does not. So every body is read, within its bounds, whatever comes of the request.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;

/// A body that is too long is still read up to this multiple of the limit.
const READ_ON: usize = 8;

/// The body of a request, as an extension of it.
#[derive(Clone)]
pub(crate) struct ReadBody(pub(crate) Arc<Result<Vec<u8>, BodyFault>>);

/// Why there is no body to work with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BodyFault {
    /// Longer than the limit.
    TooLong,
    /// The client stopped in the middle.
    Broken,
    /// It did not arrive in time.
    Late,
}

/// Reads the body.
pub(crate) async fn read(body: Body, limit: usize, time: Duration) -> ReadBody {
    let read = tokio::time::timeout(time, collect(body, limit)).await;
    ReadBody(Arc::new(read.unwrap_or(Err(BodyFault::Late))))
}

async fn collect(mut body: Body, limit: usize) -> Result<Vec<u8>, BodyFault> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyFault::Broken)?.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(&data);
        } else if length > limit.saturating_mul(READ_ON) {
            break;
        }
    }
    if length > limit { Err(BodyFault::TooLong) } else { Ok(bytes) }
}
