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
/// The response has all stored fields except the password, under the names of a creation. Guestbook only.
#[utoipa::path(
    get,
    path = "/v3/customers/{cid}",
    operation_id = "readCustomer",
    tag = "customers",
    params(("cid" = String, Path, description = "The customer's id")),
    responses((
        status = 200,
        description = "The customer",
        body = StoredCustomer,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "id": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
            "organizationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
            "locationId": "0197f2c8d0a07c53b0d1f1f4b0c7a002",
            "source": "api",
            "username": "example-username",
            "lock": false,
            "created": "2024-03-28T10:15:30.000Z",
            "modified": "2024-03-28T10:15:30.000Z",
            "firstName": "Ada",
            "lastName": "Lovelace",
            "email": "ada@example.org",
            "phoneNumber": "+442079460958",
            "phoneNumberValid": true,
            "language": "en",
            "policies": {"privacy": true, "termsOfUse": true, "mktgCommunications": true},
            "extId": "crm-1",
        }),
    )),
)]
pub(crate) async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(cid): Segment,
) -> Result<Json<StoredCustomer>, ApiError> {
    caller.require(Operation::ReadCustomer)?;
    let id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let organization_id = caller.service.organization_id;
    let Some(customer) = api.ports.customers.find(organization_id, id).await? else {
        let foreign = api.ports.directory.exists_anywhere(id).await?;
        return Err(if foreign { ApiError::Forbidden(FOREIGN_CUSTOMER) } else { ApiError::NotFound(NO_CUSTOMER) });
    };
    let installations = api.ports.installations.installations(organization_id, id).await?;
    envelope::note(id, "read");
    Ok(Json(StoredCustomer::new(&customer, api.ports.clock.now()).with_devices(&installations)))
}
