//! `GET /health/live` and `GET /health/ready`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::OK;
use crate::{Api, ApiError};

/// The service is healthy.
#[derive(Serialize, ToSchema)]
#[schema(as = health)]
pub(crate) struct Health {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
}

/// Reports that the process responds.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "live",
    tag = "health",
    security(()),
    responses((status = 200, description = "The process responds", body = Health, example = json!({"status": "OK"}))),
)]
pub(crate) async fn live() -> Json<Health> {
    Json(Health { status: OK })
}

/// Reports whether requests can be carried out, which requires the store.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "ready",
    tag = "health",
    security(()),
    responses((status = 200, description = "Requests can be carried out", body = Health, example = json!({"status": "OK"}))),
)]
pub(crate) async fn ready(State(api): State<Arc<Api>>) -> Result<Json<Health>, ApiError> {
    api.ports.readiness.check().await?;
    Ok(Json(Health { status: OK }))
}
