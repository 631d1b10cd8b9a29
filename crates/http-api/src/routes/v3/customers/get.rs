//! `GET /v3/customers/{cid}`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::value::CustomerId;

use crate::edge::envelope;
use crate::error::{FOREIGN_CUSTOMER, NO_CUSTOMER};
use crate::session::Caller;
use crate::wire::{Segment, StoredCustomer};
use crate::{Api, ApiError};

/// Reads a customer.
///
/// The answer has everything that is stored, under the names that a POST gives it, but for the password. This is
/// Guestbook's own operation.
#[utoipa::path(
    get,
    path = "/v3/customers/{cid}",
    operation_id = "readCustomer",
    tag = "customers",
    params(("cid" = String, Path, description = "The customer's id")),
    responses((status = 200, description = "The customer", body = StoredCustomer)),
)]
pub(crate) async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(cid): Segment,
) -> Result<Json<StoredCustomer>, ApiError> {
    caller.require(Operation::ReadCustomer)?;
    let id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let Some(customer) = api.ports.customers.find(caller.service.organization_id, id).await? else {
        let foreign = api.ports.directory.exists_anywhere(id).await?;
        return Err(if foreign { ApiError::Forbidden(FOREIGN_CUSTOMER) } else { ApiError::NotFound(NO_CUSTOMER) });
    };
    envelope::note(id, "read");
    Ok(Json(StoredCustomer::new(&customer, api.ports.clock.now())))
}
