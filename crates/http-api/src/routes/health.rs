//! `GET /health/live` and `GET /health/ready`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::OK;
use crate::{Api, ApiError};

/// All is well.
#[derive(Serialize, ToSchema)]
#[schema(as = health)]
pub(crate) struct Health {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
}

/// Tells whether the process answers.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "live",
    tag = "health",
    security(()),
    responses((status = 200, description = "It does", body = Health, example = json!({"status": "OK"}))),
)]
pub(crate) async fn live() -> Json<Health> {
    Json(Health { status: OK })
}

/// Tells whether requests can be carried out, which takes the store.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "ready",
    tag = "health",
    security(()),
    responses((status = 200, description = "They can", body = Health, example = json!({"status": "OK"}))),
)]
pub(crate) async fn ready(State(api): State<Arc<Api>>) -> Result<Json<Health>, ApiError> {
    api.ports.readiness.check().await?;
    Ok(Json(Health { status: OK }))
}
