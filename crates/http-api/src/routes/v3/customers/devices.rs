//! `POST /v3/customers/{cid}/devices`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::access::{Operation, Role};
use domain::customer::{Evidence, ReportInstallation};
use domain::value::{CustomerId, ShortText};
use serde::Serialize;
use utoipa::ToSchema;

use crate::edge::envelope;
use crate::error::NO_CUSTOMER;
use crate::limit::{Attempt, Became};
use crate::session::{Caller, install_id};
use crate::wire::{DeviceReport, JsonBody, OK, Reader, Segment, time};
use crate::{Api, ApiError};

/// The confirmation of a device.
#[derive(Serialize, ToSchema)]
#[schema(as = deviceReported)]
pub(crate) struct DeviceReported {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    generated: String,
}

/// Reports a device on which a customer has the app.
///
/// `installId` identifies the device among those of the customer. A known device is merged with what is sent; absent
/// and null members stay. The 20 most recently reported devices of a customer are kept. A public app can add a device
/// only if the customer was created with it, or if the customer's password was sent with its header `SDK-Install-Id`;
/// otherwise the report is only recorded in the history, as a `claim`.
#[utoipa::path(
    post,
    path = "/v3/customers/{cid}/devices",
    operation_id = "reportDevice",
    tag = "customers",
    params(("cid" = String, Path, description = "The customer's id")),
    request_body(
        content = DeviceReport,
        example = json!({
            "installId": "0b7f6c0a-2f0f-4e53-9f4b-6d0c3e5b8a11",
            "bundle": "org.example.wifi",
            "os": "ios",
            "lastSeen": "2024-03-28T10:15:30Z",
            "pp_installed": 1,
            "wpa2ent_installed": 0,
        }),
    ),
    responses((
        status = 200,
        description = "The report was accepted",
        body = DeviceReported,
        example = json!({"status": "OK", "generated": "2024-03-28T10:15:30.000Z"}),
    )),
)]
pub(crate) async fn report(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(cid): Segment,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Json<DeviceReported>, ApiError> {
    caller.require(Operation::ReportDevice)?;
    let id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let attempt = Attempt::Change(body.length());
    let mut report = read(&api, &caller, id, body)?;
    let turn = api.apps.begin(&caller.service, attempt)?;
    if caller.service.role == Role::PublicApp {
        report.attaches = is_own_device(&api, &report, &headers).await?;
    }
    let attaches = report.attaches;
    let reported = api.ports.installations.report(report).await;
    turn.end(match &reported {
        Ok(()) if attaches => Became::Changed,
        Ok(()) => Became::FoundAndChanged,
        Err(error) => Became::of_customer_error(error),
    });
    reported?;
    envelope::note(id, "device");
    Ok(Json(DeviceReported { status: OK, generated: time(api.ports.clock.now()) }))
}

/// Whether the app presents the installation that the customer was created with.
async fn is_own_device(api: &Api, report: &ReportInstallation, headers: &HeaderMap) -> Result<bool, ApiError> {
    let install_ids = install_id(headers).into_iter().chain([report.id.clone()]).collect();
    let evidence = Evidence { install_ids, ..Evidence::default() };
    let customer = api.ports.customers.find(report.organization_id, report.customer_id).await?;
    Ok(customer.is_some_and(|customer| evidence.proves(&customer)))
}

fn read(api: &Api, caller: &Caller, customer_id: CustomerId, body: JsonBody) -> Result<ReportInstallation, ApiError> {
    let mut reader = Reader::new(&body, api.today());
    let wire: DeviceReport = body.members()?;
    let id = reader.text("installId", &wire.install_id, ShortText::parse);
    reader.require("installId", &id);
    let changes = wire.changes(&mut reader);
    reader.finish(|| {
        Some(ReportInstallation {
            organization_id: caller.service.organization_id,
            customer_id,
            id: id.into_value()?,
            changes,
            attaches: true,
            by: caller.service.id,
            event_id: api.event_id(),
            at: api.ports.clock.now(),
        })
    })
}
