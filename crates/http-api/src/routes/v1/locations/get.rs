//! `GET /v1/locations/{lid}`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::value::LocationId;

use super::LocationResponse;
use crate::error::NO_LOCATION;
use crate::session::Caller;
use crate::wire::Segment;
use crate::{Api, ApiError};

/// Reads a location.
///
/// Members without a value are absent.
#[utoipa::path(
    get,
    path = "/v1/locations/{lid}",
    operation_id = "getLocation",
    tag = "organizations",
    params(("lid" = String, Path, description = "The location's id")),
    responses((
        status = 200,
        description = "The location",
        body = LocationResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "size": 1,
            "location": {
                "id": "0197f2c8d0a07c53b0d1f1f4b0c7a005",
                "name": "Grand Hotel Milano",
                "organizationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
                "organziationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
                "lat": 45.4642,
                "lng": 9.19,
                "timezone": "Europe/Rome",
                "externalId": "shop-7",
                "tags": ["hotel"],
                "address": {
                    "address": "Piazza del Duomo 1",
                    "city": "Milano",
                    "state": "MI",
                    "zip": "20121",
                    "country": "IT",
                },
            },
        }),
    )),
)]
pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(lid): Segment,
) -> Result<Json<LocationResponse>, ApiError> {
    caller.require(Operation::ReadLocations)?;
    let id = LocationId::parse(&lid).map_err(|_| ApiError::NotFound(NO_LOCATION))?;
    let organization_id = caller.service.organization_id;
    let location = api.ports.organizations.find_location(organization_id, id).await?;
    Ok(Json(LocationResponse::new(organization_id, &location, api.ports.clock.now())))
}
