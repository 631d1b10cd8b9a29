//! `GET /v3/customers/{cid}/history`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::access::Operation;
use domain::history::{Event, Field};
use domain::value::{CustomerId, EventId, OrganizationId};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::NO_CUSTOMER;
use crate::listing::{Piece, Source, page};
use crate::session::Caller;
use crate::state::Ports;
use crate::wire::{PageParams, Params, Segment, time};
use crate::{Api, ApiError};

/// The page of the history.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters; they are read one by one, so that all errors are reported at once"
)]
pub(crate) struct HistoryParams {
    /// The maximum number of events per page.
    #[param(minimum = 1, maximum = 1000, default = 100, required = false)]
    size: Option<u16>,
    /// The `sid` of the previous page: continues after it.
    #[param(required = false)]
    sid: Option<String>,
}

/// A page of a customer's history.
#[derive(ToSchema)]
#[schema(as = customerHistory)]
#[expect(dead_code, reason = "describes the response, which is written piece by piece")]
pub(crate) struct HistoryResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    generated: String,
    /// The number of events on this page.
    count: usize,
    /// Requests the next page. Absent from the last one.
    #[schema(required = false)]
    sid: Option<String>,
    /// The events, the oldest first.
    history: Vec<EventBody>,
    /// The ids of events on this page that cannot be read; absent if there are none.
    #[schema(required = false)]
    unreadable: Vec<String>,
}

/// A change to a customer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = customerEvent)]
struct EventBody {
    /// The event's id.
    #[schema(example = "0197f2c8d0a07c53b0d1f1f4b0c7a004")]
    id: String,
    /// The time of the call.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    time: String,
    /// The calling service.
    #[schema(example = "0197f2c8d0a07c53b0d1f1f4b0c7a003")]
    service_id: String,
    /// The kind of call: `create` (a POST that created it), `hit` (a POST that found it), `update`, `device`, `erase`,
    /// or `claim`: data of a public app that merely found the customer, which was not applied.
    #[schema(example = "create")]
    call: &'static str,
    /// The paths of the fields that changed, or that a claim would have changed. Their values are not kept.
    #[schema(example = json!(["email", "policies.privacy"]))]
    fields: Vec<&'static str>,
    /// The person's consents that changed, or that a claim would have changed.
    consents: Vec<ConsentBody>,
}

/// A person's consent to a policy.
#[derive(Serialize, ToSchema)]
#[schema(as = customerConsent)]
struct ConsentBody {
    /// The policy, by its name in `policies`.
    #[schema(example = "privacy")]
    policy: String,
    /// Whether it is accepted from then on.
    accepted: bool,
    /// The time of the consent.
    #[schema(format = DateTime, example = "2024-03-28T10:15:30.000Z")]
    time: String,
}

/// Lists the changes to a customer: which service called when, which fields changed, and the person's consents.
///
/// The history is append-only. After an erasure, only the callers and the times of their calls remain, and can still be
/// read. A call that changed nothing is not recorded. Guestbook only.
#[utoipa::path(
    get,
    path = "/v3/customers/{cid}/history",
    operation_id = "readHistory",
    tag = "customers",
    params(("cid" = String, Path, description = "The customer's id"), HistoryParams),
    responses((
        status = 200,
        description = "A page of the history, the oldest first",
        body = HistoryResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "count": 1,
            "sid": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
            "history": [{
                "id": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
                "time": "2024-03-28T10:15:30.000Z",
                "serviceId": "0197f2c8d0a07c53b0d1f1f4b0c7a003",
                "call": "create",
                "fields": [
                    "source",
                    "username",
                    "password",
                    "locationId",
                    "lock",
                    "firstName",
                    "lastName",
                    "phoneNumber",
                    "email",
                    "language",
                    "country",
                    "extId",
                    "policies.privacy",
                    "policies.termsOfUse",
                    "policies.mktgCommunications",
                ],
                "consents": [
                    {"policy": "privacy", "accepted": true, "time": "2024-03-28T10:15:30.000Z"},
                    {"policy": "termsOfUse", "accepted": true, "time": "2024-03-28T10:15:30.000Z"},
                    {"policy": "mktgCommunications", "accepted": false, "time": "2024-03-28T10:15:30.000Z"},
                ],
            }],
        }),
    )),
)]
pub(crate) async fn read(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(cid): Segment,
    params: Params,
) -> Result<Response, ApiError> {
    caller.require(Operation::ReadHistory)?;
    let id = CustomerId::parse(&cid).map_err(|_| ApiError::NotFound(NO_CUSTOMER))?;
    let organization_id = caller.service.organization_id;
    let PageParams { size, place } = PageParams::read(&params, api.today(), EventId::parse)?;
    page(api, organization_id, History { organization_id, id }, place, size).await
}

/// The history of a customer.
struct History {
    organization_id: OrganizationId,
    id: CustomerId,
}

impl Source for History {
    type Place = Option<EventId>;
    type Entry = EventBody;

    const ENTRIES: &'static str = "history";

    async fn piece(&self, ports: &Ports, place: &Self::Place, most: u16) -> Result<Piece<Self>, ApiError> {
        let events = ports.histories.history(self.organization_id, self.id, *place, most + 1).await?;
        let entries = events.into_iter().map(|event| {
            let id = match &event {
                Ok(event) => event.id,
                Err(row) => EventId::parse(&row.id).map_err(|_| ApiError::from(row.clone()))?,
            };
            Ok((Some(id), event.map(|event| EventBody::of(&event))))
        });
        Ok(Piece::of(entries.collect::<Result<_, ApiError>>()?, most))
    }

    fn sid(&self, place: &Self::Place) -> String {
        place.map(|id| id.to_string()).unwrap_or_default()
    }
}

impl EventBody {
    fn of(event: &Event) -> Self {
        let consent = |consent: domain::history::Consent<'_>| ConsentBody {
            policy: consent.policy.to_owned(),
            accepted: consent.accepted,
            time: time(event.at),
        };
        Self {
            id: event.id.to_string(),
            time: time(event.at),
            service_id: event.service_id.to_string(),
            call: event.call.as_str(),
            fields: event.fields.iter().map(Field::path).collect(),
            consents: event.consents().map(consent).collect(),
        }
    }
}
