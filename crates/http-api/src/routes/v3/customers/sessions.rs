//! `GET /v3/customers/{cid}/sessions`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::access::Operation;
use domain::session::NetworkSession;
use domain::value::{Attribute, CustomerId, NetworkSessionId, OrganizationId};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::NO_CUSTOMER;
use crate::listing::{Piece, Source, page};
use crate::session::Caller;
use crate::state::Ports;
use crate::wire::{PageParams, Params, Segment, time};
use crate::{Api, ApiError};

/// The page of the list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters; they are read one by one, so that all errors are reported at once"
)]
pub(crate) struct SessionsParams {
    /// The maximum number of sessions per page.
    #[param(minimum = 1, maximum = 1000, default = 100, required = false)]
    size: Option<u16>,
    /// The `sid` of the previous page: continues after it.
    #[param(required = false)]
    sid: Option<String>,
}

/// A page of a customer's network sessions.
#[derive(ToSchema)]
#[schema(as = customerSessions)]
#[expect(dead_code, reason = "describes the response, which is written piece by piece")]
pub(crate) struct SessionsResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    generated: String,
    /// The number of sessions on this page.
    count: usize,
    /// Requests the next page. Absent from the last one.
    #[schema(required = false)]
    sid: Option<String>,
    /// The sessions, the most recently updated first.
    sessions: Vec<SessionBody>,
    /// The ids of sessions on this page that cannot be read; absent if there are none.
    #[schema(required = false)]
    unreadable: Vec<String>,
}

/// A network session, in RADIUS terms.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = customerSession)]
struct SessionBody {
    /// The session's id.
    #[schema(example = "0197f2c8d0a07c53b0d1f1f4b0c7a006")]
    id: String,
    /// The access point's id of the session.
    #[schema(example = "4D2BB8AC-00000098")]
    acct_session_id: String,
    /// The name of the access point or of its controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    nas_identifier: Option<String>,
    /// The address of the access point or of its controller.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    nas_ip_address: Option<String>,
    /// The device, mostly by its MAC address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    calling_station_id: Option<String>,
    /// The access point, mostly by its MAC address and the SSID.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    called_station_id: Option<String>,
    /// The device's address on the network.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    framed_ip_address: Option<String>,
    /// The beginning of the session.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    started: String,
    /// The time of the last record.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    updated: String,
    /// The end of the session. Absent while it goes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false, format = DateTime)]
    ended: Option<String>,
    /// The duration in seconds so far.
    #[schema(value_type = u64)]
    duration: u32,
    /// Bytes sent by the device.
    input_octets: u64,
    /// Bytes sent to the device.
    output_octets: u64,
    /// The reason of the end, if it was reported: `User-Request`, `Idle-Timeout` and so on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    terminate_cause: Option<String>,
}

/// Lists when a customer was on the network, and the traffic.
///
/// The data come from access points by RADIUS accounting, whose records may be late or missing. Guestbook only.
#[utoipa::path(
    get,
    path = "/v3/customers/{cid}/sessions",
    operation_id = "listSessions",
    tag = "customers",
    params(("cid" = String, Path, description = "The customer's id"), SessionsParams),
    responses((
        status = 200,
        description = "A page of the sessions, the latest first",
        body = SessionsResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "count": 1,
            "sessions": [{
                "id": "0197f2c8d0a07c53b0d1f1f4b0c7a006",
                "acctSessionId": "4D2BB8AC-00000098",
                "nasIdentifier": "ap-lobby",
                "nasIpAddress": "10.0.0.1",
                "callingStationId": "02-11-22-33-44-55",
                "calledStationId": "00-11-22-33-44-55:Guest",
                "framedIpAddress": "10.1.2.3",
                "started": "2024-03-28T10:10:30.000Z",
                "updated": "2024-03-28T10:15:30.000Z",
                "ended": "2024-03-28T10:15:30.000Z",
                "duration": 300,
                "inputOctets": 1024,
                "outputOctets": 4_294_967_301_u64,
                "terminateCause": "User-Request",
            }],
        }),
    )),
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(cid): Segment,
    params: Params,
) -> Result<Response, ApiError> {
    caller.require(Operation::ReadSessions)?;
    let id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let organization_id = caller.service.organization_id;
    let PageParams { size, place } = PageParams::read(&params, api.today(), NetworkSessionId::parse)?;
    page(api, organization_id, Sessions { organization_id, id }, place, size).await
}

/// The sessions of a customer.
struct Sessions {
    organization_id: OrganizationId,
    id: CustomerId,
}

impl Source for Sessions {
    type Place = Option<NetworkSessionId>;
    type Entry = SessionBody;

    const ENTRIES: &'static str = "sessions";

    async fn piece(&self, ports: &Ports, place: &Self::Place, most: u16) -> Result<Piece<Self>, ApiError> {
        let sessions = ports.network_sessions.sessions(self.organization_id, self.id, *place, most + 1).await?;
        let entries = sessions.into_iter().map(|session| {
            let id = match &session {
                Ok(session) => session.id,
                Err(row) => NetworkSessionId::parse(&row.id).map_err(|_| ApiError::from(row.clone()))?,
            };
            Ok((Some(id), session.map(|session| SessionBody::of(&session))))
        });
        Ok(Piece::of(entries.collect::<Result<_, ApiError>>()?, most))
    }

    fn sid(&self, place: &Self::Place) -> String {
        place.map(|id| id.to_string()).unwrap_or_default()
    }
}

impl SessionBody {
    fn of(session: &NetworkSession) -> Self {
        let text = |attribute: Option<&Attribute>| attribute.map(|text| text.as_str().to_owned());
        Self {
            id: session.id.to_string(),
            acct_session_id: session.acct_session_id.as_str().to_owned(),
            nas_identifier: text(session.nas.identifier()),
            nas_ip_address: session.nas.address().map(|address| address.to_string()),
            calling_station_id: text(session.calling_station.as_ref()),
            called_station_id: text(session.called_station.as_ref()),
            framed_ip_address: session.framed_address.map(|address| address.to_string()),
            started: time(session.started_at),
            updated: time(session.heard_at),
            ended: session.ended_at.map(time),
            duration: session.duration(),
            input_octets: session.usage.input.number(),
            output_octets: session.usage.output.number(),
            terminate_cause: text(session.terminate_cause.as_ref()),
        }
    }
}
