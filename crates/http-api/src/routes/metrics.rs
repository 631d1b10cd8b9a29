//! `GET /metrics`

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::{Api, ApiError};

const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Tells Prometheus what the service has done.
///
/// The text format of OpenMetrics 1.0. Nothing in it tells of a person.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "health",
    security(()),
    responses((
        status = 200,
        description = "Counts of requests and durations, by route",
        body = String,
        content_type = "application/openmetrics-text",
    )),
)]
pub(crate) async fn tell(State(api): State<Arc<Api>>) -> Result<impl IntoResponse, ApiError> {
    let text = api.metrics.text().map_err(|error| ApiError::Internal(error.into()))?;
    Ok(([(header::CONTENT_TYPE, OPEN_METRICS)], text))
}
