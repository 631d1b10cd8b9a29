//! `PUT /v3/customers/{cid}`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::Operation;
use domain::customer::PutCustomer;
use domain::ports::{Command, write_one};
use domain::value::{CustomerId, LocationId, PhoneNumberRule};

use super::NewCustomerResponse;
use crate::edge::envelope;
use crate::error::NO_CUSTOMER;
use crate::session::Caller;
use crate::wire::{JsonBody, NewCustomer, Reader, Segment};
use crate::{Api, ApiError};

/// Changes a customer.
///
/// What is sent overrides, what is absent stays, null clears. `custom`, `policies`, `document`, `processingData` and
/// `device` merge member by member. `id`, `organizationId`, `source`, `username` and `password` are ignored. `lock` takes
/// the role Organization Manager.
#[utoipa::path(
    put,
    path = "/v3/customers/{cid}",
    operation_id = "updateCustomer",
    tag = "customers",
    params(("cid" = String, Path, description = "The customer's id")),
    request_body(
        content = NewCustomer,
        example = json!({
            "lastName": "Lovelace",
            "country": null,
            "policies": {"mktgCommunications": true},
        }),
    ),
    responses((
        status = 200,
        description = "The customer as it is now, without its password",
        body = NewCustomerResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "id": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
            "organizationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
            "locationId": "0197f2c8d0a07c53b0d1f1f4b0c7a002",
            "username": "example-username",
            "locked": false,
        }),
    )),
)]
pub(crate) async fn update(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(cid): Segment,
    body: JsonBody,
) -> Result<Json<NewCustomerResponse>, ApiError> {
    caller.require(Operation::UpdateCustomer)?;
    let id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let phone_numbers = api.settings.of(caller.service.organization_id).await?.settings.phone_numbers;
    let put = read(&api, &caller, id, phone_numbers, body)?;
    if put.lock.is_some() {
        caller.require(Operation::LockCustomer)?;
    }
    let written = write_one(api.ports.customers.as_ref(), Command::Put(Arc::new(put))).await?;
    envelope::note(id, "updated");
    let answer = NewCustomerResponse::new(&written.customer, api.ports.clock.now());
    Ok(Json(answer.with_username(&written.customer)))
}

fn read(
    api: &Api,
    caller: &Caller,
    id: CustomerId,
    phone_numbers: PhoneNumberRule,
    body: JsonBody,
) -> Result<PutCustomer, ApiError> {
    let mut reader = Reader::new(&body, api.today()).with_phone_numbers(phone_numbers);
    let wire: NewCustomer = body.members()?;
    let location_id = reader.text("locationId", &wire.location_id, LocationId::parse);
    let lock = reader.flag("lock", &wire.lock);
    let changes = wire.changes(&mut reader);
    reader.finish(|| {
        Some(PutCustomer {
            organization_id: caller.service.organization_id,
            id,
            location_id: location_id.into_value(),
            lock: lock.into_value(),
            changes,
            by: caller.service.id,
            event_id: api.event_id(),
            at: api.ports.clock.now(),
        })
    })
}
