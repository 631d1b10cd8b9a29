//! `GET /v2/customers/tokens/{token}`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::token::CustomerToken;
use serde::Serialize;
use utoipa::ToSchema;

use crate::edge::envelope;
use crate::session::Caller;
use crate::wire::{OK, Segment, time};
use crate::{Api, ApiError};

/// The owner of a token.
#[derive(Serialize, ToSchema)]
#[schema(as = tokenOwner)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LookUpResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// The customer's id.
    id: String,
    /// The organization's id.
    organization_id: String,
    /// When the token expires.
    #[schema(format = DateTime)]
    expires: String,
}

const DEAD: ApiError = ApiError::NotFound("The token is unknown, expired or used up.");

/// Looks up the customer of a temporary token.
///
/// This uses no hit. An unknown, expired or used-up token is answered with 404 in each case.
#[utoipa::path(
    get,
    path = "/v2/customers/tokens/{token}",
    operation_id = "lookUpToken",
    tag = "tokens",
    params(("token" = String, Path, description = "The token")),
    responses((
        status = 200,
        description = "The token's customer",
        body = LookUpResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "id": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
            "organizationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
            "expires": "2024-03-28T10:20:30.000Z",
        }),
    )),
)]
pub(crate) async fn look_up(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(token): Segment,
) -> Result<Json<LookUpResponse>, ApiError> {
    caller.require(Operation::LookUpToken)?;
    let now = api.ports.clock.now();
    let token = CustomerToken::parse(&token).map_err(|_| DEAD)?;
    let live = api.ports.tokens.look_up(&token, now).await?.ok_or(DEAD)?;
    if live.organization_id != caller.service.organization_id {
        return Err(ApiError::Forbidden("The token is not one of the service's organization."));
    }
    envelope::note(live.customer_id, "token looked up");
    Ok(Json(LookUpResponse {
        status: OK,
        generated: time(now),
        id: live.customer_id.to_string(),
        organization_id: live.organization_id.to_string(),
        expires: time(live.expires_at),
    }))
}
