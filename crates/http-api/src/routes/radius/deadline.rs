//! The time limit of requests from RADIUS servers.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::edge::body::Incoming;
use crate::{Api, ApiError};

/// Answers within the time limit of RADIUS requests, which is shorter than that of others: after it, FreeRADIUS rejects
/// the login without an answer and has one thread less meanwhile.
pub(crate) async fn in_time(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let Some(incoming) = request.extensions().get::<Incoming>().cloned() else { return next.run(request).await };
    let answered = incoming.within(api.limits.radius_time, next.run(request)).await;
    answered.unwrap_or_else(|| {
        ApiError::Unavailable("the request took longer than RADIUS servers wait".into()).into_response()
    })
}
