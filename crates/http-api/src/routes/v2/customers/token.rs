//! `GET /v2/customers/{cid}/token`

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::customer::Patch;
use domain::token::{CustomerToken, NewToken, TokenDefaults, TokenHits, TokenLife};
use domain::value::CustomerId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::edge::envelope;
use crate::error::NO_CUSTOMER;
use crate::session::Caller;
use crate::wire::{OK, Params, Reader, Segment, time, whole_number};
use crate::{Api, ApiError};

/// The terms of the token.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters; they are read one by one, so that all errors are reported at once"
)]
pub(crate) struct TokenParams {
    /// Lifetime in seconds. If absent, the organization's setting, which is 300 by default.
    #[param(rename = "expiresIn", minimum = 1, maximum = 2_592_000, required = false)]
    expires_in: Option<u32>,
    /// How often the token can be used. If absent, the organization's setting, which is unlimited by default.
    #[param(minimum = 1, maximum = 1_000_000, required = false)]
    hits: Option<u32>,
}

/// A temporary token.
#[derive(Serialize, ToSchema)]
#[schema(as = customerToken)]
pub(crate) struct TokenResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// The token. It is returned only here.
    token: String,
    /// When it expires.
    #[schema(format = DateTime)]
    expires: String,
    /// How often it can be used; absent if unlimited.
    #[serde(skip_serializing_if = "Option::is_none")]
    hits: Option<u32>,
}

/// Issues a temporary token for a customer.
///
/// The holder of the token can fetch the customer's Wi-Fi profile until the token expires or is used up.
#[utoipa::path(
    get,
    path = "/v2/customers/{cid}/token",
    operation_id = "issueToken",
    tag = "tokens",
    params(("cid" = String, Path, description = "The customer's id"), TokenParams),
    responses((
        status = 200,
        description = "The token",
        body = TokenResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "token": "example-token",
            "expires": "2024-03-28T10:20:30.000Z",
            "hits": 3,
        }),
    )),
)]
pub(crate) async fn issue(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(cid): Segment,
    params: Params,
) -> Result<Json<TokenResponse>, ApiError> {
    caller.require(Operation::IssueToken)?;
    let customer_id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let organization_id = caller.service.organization_id;
    let organization = api.settings.of(organization_id).await?;
    let TokenDefaults { life, hits } = read(&api, &params, organization.settings.tokens)?;

    let now = api.ports.clock.now();
    let expires_at = now.checked_add(Duration::from_secs(life.seconds().into())).unwrap_or(now);
    let token = CustomerToken::generate(organization_id, api.ports.secrets.as_ref());
    let new = NewToken { organization_id, customer_id, hash: token.hash(), expires_at, hits };
    api.ports.tokens.issue(new).await?;
    envelope::note(customer_id, "token issued");
    Ok(Json(TokenResponse {
        status: OK,
        generated: time(now),
        token: token.reveal().to_owned(),
        expires: time(expires_at),
        hits: hits.map(TokenHits::number),
    }))
}

/// The terms of the request, with the organization's defaults.
fn read(api: &Api, params: &Params, defaults: TokenDefaults) -> Result<TokenDefaults, ApiError> {
    let mut reader = Reader::empty(api.today());
    let life =
        params.get("expiresIn").map(|text| reader.accept("expiresIn", whole_number(text).and_then(TokenLife::new)));
    let hits = params.get("hits").map(|text| reader.accept("hits", whole_number(text).and_then(TokenHits::new)));
    reader.finish(|| {
        Some(TokenDefaults {
            life: life.and_then(Patch::into_value).unwrap_or(defaults.life),
            hits: hits.map_or(defaults.hits, Patch::into_value),
        })
    })
}
