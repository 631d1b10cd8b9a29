//! `POST /radius/accounting`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::access::Service;
use domain::session::Restart;
use utoipa::ToSchema;

use super::record::{Record, read};
use crate::edge::envelope;
use crate::session::RadiusServer;
use crate::wire::OctetForm;
use crate::{Api, ApiError};

/// A record of a session, or of an access point that starts or stops. Empty fields count as absent, and so do invalid
/// ones; texts that are not UTF-8 are read as Latin-1, or shown in hexadecimal digits.
#[derive(ToSchema)]
#[schema(as = radiusRecord)]
#[expect(dead_code, reason = "describes the form, which is read field by field")]
pub(crate) struct RecordForm {
    /// Acct-Status-Type: `Start`, `Interim-Update`, `Stop`, `Accounting-On` or `Accounting-Off`. Records with any other
    /// value are acknowledged and not stored.
    #[schema(example = "Stop")]
    status_type: String,
    /// Acct-Session-Id. Required, except for an access point that starts or stops.
    #[schema(required = false, max_length = 253, example = "4D2BB8AC-00000098")]
    session_id: Option<String>,
    /// Class, as hexadecimal digits after `0x`; several are separated by commas. The service's own Class identifies the
    /// customer most reliably.
    #[schema(required = false)]
    class: Option<String>,
    /// User-Name. It is used if there is no Class of the service.
    #[schema(required = false, example = "ada")]
    username: Option<String>,
    /// Calling-Station-Id.
    #[schema(required = false, max_length = 253, example = "02-11-22-33-44-55")]
    calling_station_id: Option<String>,
    /// Called-Station-Id.
    #[schema(required = false, max_length = 253, example = "00-11-22-33-44-55:Guest")]
    called_station_id: Option<String>,
    /// NAS-Identifier. Required, unless there is an address.
    #[schema(required = false, max_length = 253, example = "ap-lobby")]
    nas_identifier: Option<String>,
    /// NAS-IP-Address, or NAS-IPv6-Address.
    #[schema(required = false, example = "10.0.0.1")]
    nas_ip: Option<String>,
    /// Framed-IP-Address, or Framed-IPv6-Address.
    #[schema(required = false, example = "10.1.2.3")]
    framed_ip: Option<String>,
    /// Acct-Session-Time, in seconds. A value above one year is ignored.
    #[schema(required = false, maximum = 4_294_967_295_u64, example = 300)]
    session_time: Option<u64>,
    /// Acct-Input-Octets.
    #[schema(required = false, maximum = 4_294_967_295_u64, example = 1)]
    input_octets: Option<u64>,
    /// Acct-Input-Gigawords: how often the octet counter has wrapped.
    #[schema(required = false, maximum = 4_294_967_295_u64, example = 1)]
    input_gigawords: Option<u64>,
    /// Acct-Output-Octets.
    #[schema(required = false, maximum = 4_294_967_295_u64, example = 1)]
    output_octets: Option<u64>,
    /// Acct-Output-Gigawords.
    #[schema(required = false, maximum = 4_294_967_295_u64, example = 1)]
    output_gigawords: Option<u64>,
    /// Acct-Terminate-Cause.
    #[schema(required = false, max_length = 253, example = "User-Request")]
    terminate_cause: Option<String>,
    /// Event-Timestamp, in seconds since 1970. It is ignored if it is in the future or more than a day ago.
    #[schema(required = false, example = 1_711_620_930)]
    event_timestamp: Option<i64>,
    /// Acct-Delay-Time, in seconds: for how long the access point has tried to send this. It is used without
    /// Event-Timestamp.
    #[schema(required = false, maximum = 4_294_967_295_u64, example = 0)]
    delay_time: Option<u64>,
}

/// Stores a record of a customer's network session.
///
/// A record may be repeated, late, or out of order. A record that belongs to no customer, or that names no access point
/// or no session, is acknowledged so that it is not repeated forever, and is not stored. Guestbook only, for services
/// of the role `radius`.
#[utoipa::path(
    post,
    path = "/radius/accounting",
    operation_id = "recordSession",
    tag = "radius",
    security(("radiusBearer" = [])),
    request_body(
        content = RecordForm,
        content_type = "application/x-www-form-urlencoded",
        example = json!({
            "status_type": "Stop",
            "session_id": "4D2BB8AC-00000098",
            "username": "example-username",
            "calling_station_id": "02-11-22-33-44-55",
            "called_station_id": "00-11-22-33-44-55:Guest",
            "nas_identifier": "ap-lobby",
            "nas_ip": "10.0.0.1",
            "framed_ip": "10.1.2.3",
            "session_time": "300",
            "input_octets": "1024",
            "output_octets": "5",
            "output_gigawords": "1",
            "terminate_cause": "User-Request",
            "event_timestamp": "1711620930",
        }),
    ),
    responses((status = 204, description = "The record was accepted")),
)]
pub(crate) async fn account(
    State(api): State<Arc<Api>>,
    RadiusServer(service): RadiusServer,
    form: OctetForm,
) -> Result<StatusCode, ApiError> {
    carry_out(&api, &service, read(&api, &service, &form).await?).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn carry_out(api: &Api, service: &Service, record: Record) -> Result<(), ApiError> {
    let sessions = &api.ports.radius.network_sessions;
    match record {
        Record::Other => {}
        Record::Unusable(unusable) => {
            api.metrics.count_unusable_record(unusable.name());
            tracing::warn!(reason = unusable.name(), "a record of a RADIUS server cannot be stored");
        }
        Record::Session(record) => {
            if let Some(customer_id) = sessions.record(&record).await? {
                envelope::note(customer_id, "session recorded");
            }
        }
        Record::Restart { nas, restart, at } => {
            let ended = sessions.restart(service.organization_id, &nas, restart, at).await?;
            tracing::info!(ended, back = restart == Restart::On, "an access point restarts");
        }
    }
    Ok(())
}
