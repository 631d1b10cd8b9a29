//! `PUT /v3/customers/{cid}`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::access::{Operation, Role};
use domain::customer::{Evidence, PutCustomer};
use domain::ports::{Command, Written, write_one};
use domain::value::{CustomerId, LocationId, PhoneNumberRule};

use super::NewCustomerResponse;
use crate::edge::envelope;
use crate::error::NO_CUSTOMER;
use crate::limit::{Attempt, Became};
use crate::session::{Caller, install_ids};
use crate::wire::{JsonBody, NewCustomer, Reader, Segment};
use crate::{Api, ApiError};

/// Changes a customer.
///
/// Members that are sent override, absent ones stay, null clears. `custom`, `policies`, `document`, `processingData`
/// and `device` merge member by member. `id`, `organizationId`, `source`, `username` and `password` are ignored. `lock`
/// requires the role Organization Manager. A public app that does not prove to be the customer's own device can change
/// as little as one that found the customer, and does not get the username.
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
        description = "The updated customer, without its password",
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
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Json<NewCustomerResponse>, ApiError> {
    caller.require(Operation::UpdateCustomer)?;
    let id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let phone_numbers = api.settings.of(caller.service.organization_id).await?.settings.phone_numbers;
    let attempt = Attempt::Change(body.length());
    let mut put = read(&api, &caller, id, phone_numbers, body)?;
    if put.lock.is_some() {
        caller.require(Operation::LockCustomer)?;
    }
    let turn = api.apps.begin(&caller.service, attempt)?;
    if put.role == Role::PublicApp {
        put.evidence = evidence(&api, &put, &headers).await?;
    }
    let put = Arc::new(put);
    let written = write_one(api.ports.customers.as_ref(), Command::Put(put.clone())).await;
    let trusted = |written: &Written| put.is_trusted_with(&written.customer);
    turn.end(match &written {
        Ok(written) if trusted(written) => Became::Changed,
        Ok(_) => Became::FoundAndChanged,
        Err(error) => Became::of_error(error),
    });
    let written = written?;
    envelope::note(id, "updated");
    let answer = NewCustomerResponse::new(&written.customer, api.ports.clock.now());
    Ok(Json(if trusted(&written) { answer.with_username(&written.customer) } else { answer }))
}

/// The app's evidence: its installation, which may also be one that the customer has added since.
async fn evidence(api: &Api, put: &PutCustomer, headers: &HeaderMap) -> Result<Evidence, ApiError> {
    let install_ids = install_ids(headers, &put.changes.device);
    let known = if install_ids.is_empty() {
        Vec::new()
    } else {
        api.ports.installations.installations(put.organization_id, put.id).await?
    };
    let device_of = known.iter().any(|known| install_ids.contains(&known.id)).then_some(put.id);
    Ok(Evidence { install_ids, password: None, device_of })
}

fn read(
    api: &Api,
    caller: &Caller,
    id: CustomerId,
    phone_numbers: PhoneNumberRule,
    body: JsonBody,
) -> Result<PutCustomer, ApiError> {
    let mut reader = Reader::new(&body, api.today()).with_phone_numbers(phone_numbers);
    let mut wire = NewCustomer::of(body);
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
            role: caller.service.role,
            evidence: Evidence::default(),
            event_id: api.event_id(),
            claim_id: api.event_id(),
            at: api.ports.clock.now(),
        })
    })
}
