//! `POST /v1/organizations/{org}/locations`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::organization::Location;
use domain::value::LocationId;

use crate::error::FOREIGN_ORGANIZATION;
use crate::routes::v1::locations::LocationResponse;
use crate::session::Caller;
use crate::wire::{JsonBody, LocationBody, Reader, Segment};
use crate::{Api, ApiError};

/// Creates a location.
///
/// A name is required. From then on customers can be assigned to it; the settings determine the default location.
#[utoipa::path(
    post,
    path = "/v1/organizations/{org}/locations",
    operation_id = "createLocation",
    tag = "organizations",
    params(("org" = String, Path, description = "The organization's id")),
    request_body(
        content = LocationBody,
        example = json!({
            "name": "Grand Hotel Milano",
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
        }),
    ),
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
pub(crate) async fn post(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(organization): Segment,
    body: JsonBody,
) -> Result<Json<LocationResponse>, ApiError> {
    caller.require(Operation::CreateLocation)?;
    let id = caller.require_organization(&organization)?;
    let location = read(&api, body)?;
    if !api.ports.organizations.add_location(id, location.clone()).await? {
        return Err(ApiError::Forbidden(FOREIGN_ORGANIZATION));
    }
    Ok(Json(LocationResponse::new(id, &location, api.ports.clock.now())))
}

fn read(api: &Api, body: JsonBody) -> Result<Location, ApiError> {
    let mut reader = Reader::new(&body, api.today());
    let wire: LocationBody = body.members()?;
    let location = wire.location(LocationId::from_bits(api.ports.ids.next()), &mut reader);
    reader.finish(|| location)
}
