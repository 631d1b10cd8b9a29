//! `GET /v1/organizations/{org}/locations`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::access::Operation;
use domain::organization::{LocationQuery, Tags};
use domain::value::{LocationId, OrganizationId, Tag};
use domain::{InvalidValue, limits};
use utoipa::{IntoParams, ToSchema};

use crate::listing::{Piece, Source, page};
use crate::session::Caller;
use crate::state::Ports;
use crate::wire::{LocationAnswer, Params, Reader, Segment, whole_number};
use crate::{Api, ApiError};

/// The default number of entries per page.
const USUAL: u16 = 100;

/// The selection of locations.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(
    dead_code,
    reason = "describes the parameters; they are read one by one, so that all errors are reported at once"
)]
pub(crate) struct LocationParams {
    /// Tags, separated by commas. Selects locations that have at least one of them.
    #[param(required = false, example = "hotel,bar")]
    tags: Option<String>,
    /// The maximum number of locations per page; 100 if absent.
    #[param(minimum = 1, maximum = 10_000, required = false)]
    size: Option<u16>,
    /// The `sid` of the previous page: continues after it.
    #[param(required = false)]
    sid: Option<String>,
}

/// A page of an organization's locations.
#[derive(ToSchema)]
#[schema(as = locations)]
#[expect(dead_code, reason = "describes the response, which is written piece by piece")]
pub(crate) struct LocationsResponse {
    /// Always OK.
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// The number of locations on this page.
    size: usize,
    /// Requests the next page; absent from the last one.
    #[schema(required = false, nullable = false)]
    sid: Option<String>,
    /// The locations, the oldest first.
    locations: Vec<LocationAnswer>,
    /// The ids of locations on this page that cannot be read; absent if there are none.
    #[schema(required = false)]
    unreadable: Vec<String>,
}

/// Lists the locations of an organization, page by page.
///
/// Every page but the last has a `sid`, which requests the next one and does not expire.
#[utoipa::path(
    get,
    path = "/v1/organizations/{org}/locations",
    operation_id = "listLocations",
    tag = "organizations",
    params(("org" = String, Path, description = "The organization's id"), LocationParams),
    responses((
        status = 200,
        description = "A page of locations",
        body = LocationsResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "size": 1,
            "locations": [{
                "id": "0197f2c8d0a07c53b0d1f1f4b0c7a005",
                "name": "Grand Hotel Milano",
                "organizationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
                "organziationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
                "lat": 45.4642,
                "lng": 9.19,
                "timezone": "Europe/Rome",
                "externalId": "shop-7",
                "tags": ["hotel"],
                "address": {
                    "address": "Piazza del Duomo 1",
                    "city": "Milano",
                    "state": "MI",
                    "zip": "20121",
                    "country": "IT",
                },
            }],
        }),
    )),
)]
pub(crate) async fn get(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(organization): Segment,
    params: Params,
) -> Result<Response, ApiError> {
    caller.require(Operation::ReadLocations)?;
    let id = caller.require_organization(&organization)?;
    let query = read(&api, &params)?;
    let (from, limit) = (query.from, query.limit);
    page(api, id, Locations { organization_id: id, query }, from, limit).await
}

/// The locations of an organization.
struct Locations {
    organization_id: OrganizationId,
    /// The selection; position and size change from piece to piece.
    query: LocationQuery,
}

impl Source for Locations {
    /// The first id of a piece.
    type Place = LocationId;
    type Entry = LocationAnswer;

    const ENTRIES: &'static str = "locations";
    const COUNT: &'static str = "size";

    async fn piece(&self, ports: &Ports, from: &LocationId, most: u16) -> Result<Piece<Self>, ApiError> {
        let query = LocationQuery { from: *from, limit: most, ..self.query.clone() };
        let page = ports.organizations.list_locations(self.organization_id, query).await?;
        let entries = page.locations.into_iter().map(|location| {
            let id = match &location {
                Ok(location) => location.id,
                Err(row) => LocationId::parse(&row.id).map_err(|_| ApiError::from(row.clone()))?,
            };
            let behind = LocationId::from_bits(u128::from_be_bytes(id.to_bytes()).saturating_add(1));
            Ok((behind, location.map(|location| LocationAnswer::of(self.organization_id, &location))))
        });
        Ok(Piece { entries: entries.collect::<Result<_, ApiError>>()?, next: page.next })
    }

    fn sid(&self, from: &LocationId) -> String {
        from.to_string()
    }
}

fn read(api: &Api, params: &Params) -> Result<LocationQuery, ApiError> {
    let mut reader = Reader::empty(api.today());
    let tags = reader.accept("tags", tags(params.get("tags").unwrap_or_default())).into_value();
    let limit = params.get("size").map_or(Ok(USUAL), size);
    let limit = reader.accept("size", limit).into_value();
    let from = params.get("sid").map_or(Ok(LocationId::from_bits(0)), LocationId::parse);
    let from = from.map_err(|_| InvalidValue::invalid("is not the sid of a page"));
    let from = reader.accept("sid", from).into_value();
    reader.finish(|| Some(LocationQuery { tags: tags?, from: from?, limit: limit? }))
}

fn tags(list: &str) -> Result<Tags, InvalidValue> {
    let tags = list.split(',').filter(|tag| !tag.trim().is_empty()).map(Tag::parse);
    Tags::new(tags.collect::<Result<_, _>>()?)
}

fn size(text: &str) -> Result<u16, InvalidValue> {
    let size = whole_number(text)?;
    let size = u16::try_from(size).ok().filter(|size| (1..=limits::PAGE).contains(size));
    size.ok_or_else(|| InvalidValue::invalid(format!("must be from 1 to {}", limits::PAGE)))
}
