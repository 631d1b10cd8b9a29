//! `POST /radius/accounting`

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use domain::access::Service;
use domain::session::Restart;
use utoipa::ToSchema;

use super::record::{Record, Unusable, read};
use crate::edge::envelope;
use crate::session::RadiusServer;
use crate::wire::OctetForm;
use crate::{Api, ApiError};

/// A record of a session, or of an access point that starts or stops. Empty fields count as absent, and so does what makes no
/// sense; texts that are not UTF-8 are read as Latin-1, or shown in hexadecimal digits. The fields `..._hex` have the
/// hexadecimal digits of the same attribute, which FreeRADIUS does not cut at a NUL; they are used if they are there.
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
    /// Acct-Session-Id in hexadecimal digits.
    #[schema(required = false, max_length = 506, example = "344432424238414300")]
    session_id_hex: Option<String>,
    /// Class, as hexadecimal digits behind `0x`, several of them between commas. Ours tells best whose the session is.
    #[schema(required = false)]
    class: Option<String>,
    /// User-Name. It is used if there is no Class of the service.
    #[schema(required = false, example = "ada")]
    username: Option<String>,
    /// Calling-Station-Id.
    #[schema(required = false, max_length = 253, example = "02-11-22-33-44-55")]
    calling_station_id: Option<String>,
    /// Calling-Station-Id in hexadecimal digits.
    #[schema(required = false, max_length = 506, example = "021122334455")]
    calling_station_id_hex: Option<String>,
    /// Called-Station-Id.
    #[schema(required = false, max_length = 253, example = "00-11-22-33-44-55:Guest")]
    called_station_id: Option<String>,
    /// NAS-Identifier. Required, unless there is an address.
    #[schema(required = false, max_length = 253, example = "ap-lobby")]
    nas_identifier: Option<String>,
    /// NAS-Identifier in hexadecimal digits.
    #[schema(required = false, max_length = 506, example = "61702d6c6f626279")]
    nas_identifier_hex: Option<String>,
    /// NAS-IP-Address, or NAS-IPv6-Address.
    #[schema(required = false, example = "10.0.0.1")]
    nas_ip: Option<String>,
    /// The address that the RADIUS server received the record from. It counts if there is no other name or address.
    #[schema(required = false, example = "10.0.0.1")]
    source_ip: Option<String>,
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
    /// Event-Timestamp, in seconds since 1970. Later than now, or a day ago, it is not believed,
    /// unless it agrees with Acct-Delay-Time.
    #[schema(required = false, example = 1_711_620_930)]
    event_timestamp: Option<i64>,
    /// Acct-Delay-Time, in seconds: for how long the access point has tried to send this. It counts without an
    /// Event-Timestamp that is believed.
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
        Record::Unusable(unusable) => report(api, unusable),
        Record::Session(record) => match sessions.record(&record).await? {
            Some(customer_id) => envelope::note(customer_id, "session recorded"),
            None => report(api, Unusable::Customer),
        },
        Record::Restart { nas, restart, at } => {
            let ended = sessions.restart(service.organization_id, &nas, restart, at).await?;
            tracing::info!(ended, back = restart == Restart::On, "an access point restarts");
        }
    }
    Ok(())
}

fn report(api: &Api, unusable: Unusable) {
    api.metrics.count_unusable_record(unusable.name());
    tracing::warn!(reason = unusable.name(), "a record of a RADIUS server cannot be kept");
}
