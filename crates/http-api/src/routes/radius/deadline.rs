//! The time that a RADIUS server waits.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::{Api, ApiError};

/// Answers within the time of RADIUS requests, which is shorter than that of others: who waits longer is rejected without
/// any answer, and FreeRADIUS has a thread less meanwhile.
pub(crate) async fn in_time(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(api.limits.radius_time, next.run(request)).await {
        Ok(response) => response,
        Err(elapsed) => ApiError::Unavailable(elapsed.into()).into_response(),
    }
}
