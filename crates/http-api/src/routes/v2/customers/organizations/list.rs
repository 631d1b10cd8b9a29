//! `GET /v2/customers/organizations/{org}`

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::access::Operation;
use domain::list::{PageQuery, PageSize, Place, Row};
use utoipa::{IntoParams, ToSchema};

use super::contact::ContactBody;
use super::scroll::Asked;
use super::sid;
use crate::error::FOREIGN_ORGANIZATION;
use crate::listing::{Piece, Source, page};
use crate::session::Caller;
use crate::state::Ports;
use crate::wire::{Params, Segment};
use crate::{Api, ApiError};

/// The selection and the order of customers.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "describes the parameters; they are read one by one, so that all errors are reported at once"
)]
pub(crate) struct ListParams {
    /// The `sid` of the previous page: continues after it. It contains the other parameters; one that is repeated must
    /// have the same meaning as on the first page.
    #[param(required = false)]
    sid: Option<String>,
    /// The maximum number of customers per page; 100 if absent.
    #[param(minimum = 1, maximum = 10_000, required = false)]
    size: Option<u32>,
    /// The order of the list: `created_absolute` (the default) or `created`, which mean the same, or `username`. Other
    /// orders of the published API are answered with 409, since they have no index.
    #[param(required = false, inline)]
    sort_by: Option<SortBy>,
    /// In reverse order.
    #[param(required = false)]
    sort_reverse: Option<bool>,
    /// With this e-mail address; case is ignored.
    #[param(required = false, example = "ada@example.org")]
    email: Option<String>,
    /// With this telephone number, with its country code. `phoneNumber` is the same.
    #[param(required = false, example = "+442079460958")]
    phone: Option<String>,
    /// Another name of `phone`.
    #[param(required = false, example = "+442079460958")]
    phone_number: Option<String>,
    /// With this id in an external system.
    #[param(required = false, example = "crm-1")]
    ext_id: Option<String>,
    /// With this first property of an external system.
    #[param(required = false)]
    ext_prop1: Option<String>,
    /// With this second property of an external system.
    #[param(required = false)]
    ext_prop2: Option<String>,
    /// With this username.
    #[param(required = false)]
    username: Option<String>,
    /// Whether there is an e-mail address.
    #[param(required = false)]
    has_email: Option<bool>,
    /// Whether the e-mail address was verified.
    #[param(required = false)]
    email_verified: Option<bool>,
    /// Whether there is a telephone number.
    #[param(required = false)]
    has_phone: Option<bool>,
    /// Whether the telephone number was verified.
    #[param(required = false)]
    phone_verified: Option<bool>,
    /// The channels by which the customers came, separated by commas: values of `source` of a creation.
    #[param(required = false, example = "mobileapp,guest_wifi")]
    signup_method: Option<String>,
    /// The ids of their locations, separated by commas: 100 at most.
    #[param(required = false)]
    locations: Option<String>,
    /// Created at this time (RFC 3339) or later.
    #[param(required = false, example = "2019-07-31T22:23:24Z")]
    created_from: Option<String>,
    /// Created at this time or earlier.
    #[param(required = false, example = "2019-07-31T22:23:24Z")]
    created_to: Option<String>,
    /// Last changed at this time or later.
    #[param(required = false, example = "2019-07-31T22:23:24Z")]
    modified_from: Option<String>,
    /// Last changed at this time or earlier.
    #[param(required = false, example = "2019-07-31T22:23:24Z")]
    modified_to: Option<String>,
    /// Whether they agreed to receive marketing.
    #[param(required = false)]
    mktg_communications: Option<bool>,
    /// Whether they declared to be of age.
    #[param(required = false)]
    age_verification: Option<bool>,
}

/// An order of a list.
#[derive(ToSchema)]
#[schema(as = sortBy, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes a parameter")]
pub(crate) enum SortBy {
    CreatedAbsolute,
    Created,
    Username,
}

/// A page of customers.
#[derive(ToSchema)]
#[schema(as = customerPage)]
#[expect(dead_code, reason = "describes the response, which is written piece by piece")]
pub(crate) struct ListResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
    /// The number of customers on this page.
    count: usize,
    /// Requests the next page; absent from the last one.
    sid: Option<String>,
    /// The customers.
    customers: Vec<ContactBody>,
    /// The ids of customers on this page that cannot be read; absent if there are none. Each can be repaired by a PUT
    /// of the fields that its GET names, or erased. A member of Guestbook only.
    #[schema(required = false)]
    unreadable: Vec<String>,
}

/// Lists an organization's customers, page by page.
///
/// Send `sid` back for the next page until a page has none. Each customer that existed throughout is then listed
/// exactly once, whatever is added or erased meanwhile. A filter may leave a page short or empty: a page examines at
/// most 10,000 customers, and ends after 8 MiB; the list continues as long as there is a `sid`. An unknown parameter is
/// refused, since ignoring a filter would list customers that were not asked for. `customOptin.NAME=true` selects those
/// who accepted a policy of the organization's own.
#[utoipa::path(
    get,
    path = "/v2/customers/organizations/{org}",
    operation_id = "listCustomers",
    tag = "customers",
    params(("org" = String, Path, description = "The organization's id"), ListParams),
    responses((
        status = 200,
        description = "The page",
        body = ListResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "count": 1,
            "customers": [
                {
                    "cid": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
                    "organizationCid": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
                    "locationCid": "0197f2c8d0a07c53b0d1f1f4b0c7a002",
                    "signupMethod": "api",
                    "username": "example-username",
                    "locked": false,
                    "created": "2024-03-28T10:15:30.000Z",
                    "modified": "2024-03-28T10:15:30.000Z",
                    "firstName": "Ada",
                    "lastName": "Lovelace",
                    "email": "ada@example.org",
                    "phone": "+442079460958",
                    "extId": {"id": "crm-1"},
                    "policies": [
                        {"name": "privacy", "accepted": true},
                        {"name": "termsOfUse", "accepted": true},
                        {"name": "mktgCommunications", "accepted": true},
                    ],
                },
            ],
        }),
    )),
)]
pub(crate) async fn list(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(org): Segment,
    params: Params,
) -> Result<Response, ApiError> {
    caller.require(Operation::ListCustomers)?;
    let organization_id = caller.service.organization_id;
    if org != organization_id.to_string() {
        return Err(ApiError::Forbidden(FOREIGN_ORGANIZATION));
    }
    let Asked { query, began } = Asked::read(organization_id, &params, api.today())?;
    let (place, size) = (query.place.clone(), query.size.number());
    page(api, organization_id, Customers { query, began }, place, size).await
}

/// The customers of an organization.
struct Customers {
    /// The selection and the order; position and size change from piece to piece.
    query: PageQuery,
    /// The parameters that the list began with.
    began: Params,
}

impl Source for Customers {
    type Place = Place;
    type Entry = ContactBody;

    const ENTRIES: &'static str = "customers";

    async fn piece(&self, ports: &Ports, place: &Place, most: u16) -> Result<Piece<Self>, ApiError> {
        let size = PageSize::new(most.into()).map_err(|error| ApiError::Internal(error.into()))?;
        let page = ports.lists.page(&PageQuery { place: place.clone(), size, ..self.query.clone() }).await?;
        let entry = |row: Row| (row.place, row.contact.map(|contact| ContactBody::from(&contact)));
        Ok(Piece { entries: page.rows.into_iter().map(entry).collect(), next: page.next })
    }

    fn sid(&self, place: &Place) -> String {
        sid::write(self.query.organization_id, place, &self.began)
    }
}
