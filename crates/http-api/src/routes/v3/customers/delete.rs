//! `DELETE /v3/customers/{cid}`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::customer::EraseCustomer;
use domain::ports::{Command, write_one};
use domain::value::CustomerId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::edge::envelope;
use crate::error::NO_CUSTOMER;
use crate::session::Caller;
use crate::wire::{OK, Segment, time};
use crate::{Api, ApiError};

/// The confirmation of an erasure.
#[derive(Serialize, ToSchema)]
#[schema(as = customerErased)]
pub(crate) struct CustomerErased {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    generated: String,
    /// The id, which is never used again.
    #[schema(example = "0197f2c8d0a07c53b0d1f1f4b0c7a004")]
    id: String,
}

/// Erases a customer with devices and tokens; of the history, only the callers and the times of their calls remain.
///
/// The values that identified the customer then lead to the next customer in their queue, and the username is free.
/// Guestbook only.
#[utoipa::path(
    delete,
    path = "/v3/customers/{cid}",
    operation_id = "eraseCustomer",
    tag = "customers",
    params(("cid" = String, Path, description = "The customer's id")),
    responses((
        status = 200,
        description = "The customer was erased",
        body = CustomerErased,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "id": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
        }),
    )),
)]
pub(crate) async fn erase(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(cid): Segment,
) -> Result<Json<CustomerErased>, ApiError> {
    caller.require(Operation::EraseCustomer)?;
    let id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let erase = EraseCustomer {
        organization_id: caller.service.organization_id,
        id,
        by: caller.service.id,
        event_id: api.event_id(),
        at: api.ports.clock.now(),
    };
    write_one(api.ports.customers.as_ref(), Command::Erase(erase)).await?;
    envelope::note(id, "erased");
    Ok(Json(CustomerErased { status: OK, generated: time(api.ports.clock.now()), id: id.to_string() }))
}
