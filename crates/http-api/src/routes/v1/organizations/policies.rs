//! `GET /v1/organizations/{org}/policies`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use serde::Serialize;
use utoipa::ToSchema;

use crate::session::Caller;
use crate::wire::{OK, Segment, time};
use crate::{Api, ApiError};

/// The policies that an organization asks its customers to accept.
#[derive(Serialize, ToSchema)]
#[schema(as = organizationPolicies)]
pub(crate) struct PoliciesResponse {
    /// Always OK.
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// The number of policies.
    count: usize,
    /// The names under which a customer's consents are sent: first `termsOfUse`, then `privacy`.
    policies: Vec<String>,
}

/// Lists the policies of an organization.
///
/// The names are those of the members of a customer's `policies`. Terms of use and privacy always come first, because
/// the mobile SDKs identify them by position. The organization's settings determine the others.
#[utoipa::path(
    get,
    path = "/v1/organizations/{org}/policies",
    operation_id = "listPolicies",
    tag = "organizations",
    params(("org" = String, Path, description = "The organization's id")),
    responses((
        status = 200,
        description = "The names of the policies",
        body = PoliciesResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "count": 3,
            "policies": ["termsOfUse", "privacy", "customs.loyalty"],
        }),
    )),
)]
pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(organization): Segment,
) -> Result<Json<PoliciesResponse>, ApiError> {
    caller.require(Operation::ReadAppSettings)?;
    let organization = api.settings.of(caller.require_organization(&organization)?).await?;
    let policies = organization.settings.policies.as_slice();
    Ok(Json(PoliciesResponse {
        status: OK,
        generated: time(api.ports.clock.now()),
        count: policies.len(),
        policies: policies.iter().map(|policy| policy.kind.to_string()).collect(),
    }))
}
