//! `GET /v1/sts/services/{serviceId}`

use axum::Json;
use domain::access::Service;
use domain::value::ServiceId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ApiError;
use crate::session::Caller;
use crate::wire::Segment;

/// A service, for the mobile SDKs. They fail on unknown members, so there is neither `status` nor `generated`.
#[derive(Serialize, ToSchema)]
#[schema(as = serviceInfo)]
pub(crate) struct ServiceResponse {
    /// The service's id, which is the `iss` of its JWTs.
    id: String,
    /// The service's rights.
    domains: Domains,
}

/// The rights of a service.
#[derive(Serialize, ToSchema)]
#[schema(as = serviceDomains)]
struct Domains {
    /// The service itself.
    service: ServiceDomain,
}

/// A service and its rights.
#[derive(Serialize, ToSchema)]
#[schema(as = serviceDomain)]
struct ServiceDomain {
    /// The service's id.
    id: String,
    /// The service's name.
    name: String,
    /// Its scopes, separated by commas.
    scope: String,
    /// Its role.
    authorities: [&'static str; 1],
    /// The id of the only organization whose data it may access.
    organizations: [String; 1],
    /// Always empty: a service may access all locations of its organization.
    locations: [String; 0],
}

/// Describes the calling service.
///
/// The mobile SDKs learn their organization here. A service can read only itself.
#[utoipa::path(
    get,
    path = "/v1/sts/services/{serviceId}",
    operation_id = "getService",
    tag = "sessions",
    params(("serviceId" = String, Path, description = "The service's id, as in the claim `iss` of its JWT")),
    responses((
        status = 200,
        description = "The service",
        body = ServiceResponse,
        example = json!({
            "id": "0197f2c8d0a07c53b0d1f1f4b0c7a003",
            "domains": {"service": {
                "id": "0197f2c8d0a07c53b0d1f1f4b0c7a003",
                "name": "test",
                "scope": "organization_read,organization_write",
                "authorities": ["organization_manager"],
                "organizations": ["0197f2c8d0a07c53b0d1f1f4b0c7a001"],
                "locations": [],
            }},
        }),
    )),
)]
pub(crate) async fn get(caller: Caller, Segment(id): Segment) -> Result<Json<ServiceResponse>, ApiError> {
    let service = &caller.service;
    if ServiceId::parse(&id) != Ok(service.id) {
        return Err(ApiError::Forbidden("A service may only read itself."));
    }
    Ok(Json(ServiceResponse { id: service.id.to_string(), domains: Domains { service: ServiceDomain::of(service) } }))
}

impl ServiceDomain {
    fn of(service: &Service) -> Self {
        Self {
            id: service.id.to_string(),
            name: service.name.as_str().to_owned(),
            scope: service.scopes.to_string(),
            authorities: [service.role.as_str()],
            organizations: [service.organization_id.to_string()],
            locations: [],
        }
    }
}
