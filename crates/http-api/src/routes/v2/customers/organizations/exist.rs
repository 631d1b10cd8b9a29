//! `GET /v2/customers/organizations/{org}/exist`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::access::{Operation, Role};
use domain::customer::{Key, KeyKind, Patch, PersonChanges, ProfileChanges};
use domain::value::{CustomerId, Email, OrganizationId, PhoneNumber, PhoneNumberRule, ShortText, Username};
use domain::{InvalidValue, ViolationCode};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::error::NO_CUSTOMER;
use crate::limit::{Attempt, Became};
use crate::session::Caller;
use crate::wire::{OK, Params, Reader, Segment, time};
use crate::{Api, ApiError};

/// The values that the customer must have. At least one is required; a customer must have all that are given.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "describes the parameters; they are read one by one, so that all errors are reported at once"
)]
pub(crate) struct ExistParams {
    /// The customer's id.
    cid: Option<String>,
    /// The name with which the customer logs in.
    username: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// Telephone number with its country code.
    #[param(example = "+14155552671")]
    phone_number: Option<String>,
    /// The customer's id in an external system.
    ext_id: Option<String>,
    /// The first property of an external system.
    ext_prop1: Option<String>,
    /// The second property of an external system.
    ext_prop2: Option<String>,
}

const NAMES: [&str; 7] = ["cid", "username", "email", "phoneNumber", "extId", "extProp1", "extProp2"];

/// The customer exists.
#[derive(Serialize, ToSchema)]
#[schema(as = customerExists)]
pub(crate) struct ExistResponse {
    /// Always OK.
    #[schema(example = "OK")]
    status: &'static str,
    /// When the response was generated.
    #[schema(format = DateTime)]
    generated: String,
}

/// Reports whether a customer exists.
///
/// 200 means yes and 404 no. A `+` in the query is a plus; if that finds no customer, it is tried as a space. A public
/// app finds no customer by extId, extProp1 or extProp2.
#[utoipa::path(
    get,
    path = "/v2/customers/organizations/{org}/exist",
    operation_id = "customerExists",
    tag = "customers",
    params(("org" = String, Path, description = "The organization's id"), ExistParams),
    responses((
        status = 200,
        description = "The customer exists",
        body = ExistResponse,
        example = json!({"status": "OK", "generated": "2024-03-28T10:15:30.000Z"}),
    )),
)]
pub(crate) async fn exist(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Segment(organization): Segment,
    params: Params,
) -> Result<Json<ExistResponse>, ApiError> {
    caller.require(Operation::SeekCustomer)?;
    let organization_id = caller.require_organization(&organization)?;
    let (plain, spaced) = read(&api, &params)?;
    let turn = api.apps.begin(&caller.service, Attempt::Look)?;
    // As with a creation, a public app finds no customer by values that can be enumerated.
    let guesses = caller.service.role == Role::PublicApp && plain.keys.iter().any(|key| key.kind.is_outside_id());
    let found = !guesses
        && (is_there(&api, organization_id, &plain).await?
            || (spaced != plain && is_there(&api, organization_id, &spaced).await?));
    turn.end(if found { Became::Found } else { Became::Missed });
    if found {
        Ok(Json(ExistResponse { status: OK, generated: time(api.ports.clock.now()) }))
    } else {
        Err(ApiError::NotFound(NO_CUSTOMER))
    }
}

/// The values that identify the customer.
#[derive(Debug, PartialEq, Eq, Default)]
struct Sought {
    id: Option<CustomerId>,
    username: Option<Username>,
    keys: Vec<Key>,
}

async fn is_there(api: &Api, organization_id: OrganizationId, sought: &Sought) -> Result<bool, ApiError> {
    let mut id = sought.id;
    if let Some(username) = &sought.username {
        let found = api.ports.directory.credential(organization_id, username).await?;
        match found.map(|credential| credential.customer_id) {
            Some(found) if id.is_none_or(|id| id == found) => id = Some(found),
            _ => return Ok(false),
        }
        if sought.keys.is_empty() {
            return Ok(true);
        }
    }
    let Some(id) = id else { return Ok(api.ports.directory.has_keys(organization_id, &sought.keys).await?) };
    let found = api.ports.customers.find(organization_id, id).await?;
    Ok(found.is_some_and(|customer| {
        let keys = customer.keys();
        sought.keys.iter().all(|key| keys.contains(key))
    }))
}

/// The values of the query with pluses read as pluses, and as spaces.
fn read(api: &Api, params: &Params) -> Result<(Sought, Sought), ApiError> {
    let mut reader = Reader::empty(api.today());
    if NAMES.iter().all(|name| params.get(name).is_none()) {
        let needed = || InvalidValue::new(ViolationCode::Required, "one of these parameters is required");
        NAMES.iter().for_each(|name| reader.note(needed().at(*name)));
    }
    let (mut plain, mut spaced) = (Sought::default(), Sought::default());
    (plain.id, spaced.id) = both(&mut reader, params, "cid", CustomerId::parse);
    (plain.username, spaced.username) = both(&mut reader, params, "username", Username::parse);
    let email = both(&mut reader, params, "email", Email::parse);
    let phone_number =
        both(&mut reader, params, "phoneNumber", |text| PhoneNumber::parse_by(text, PhoneNumberRule::Possible));
    let ext_id = both(&mut reader, params, "extId", ShortText::parse);
    let ext_prop1 = both(&mut reader, params, "extProp1", ShortText::parse);
    let ext_prop2 = both(&mut reader, params, "extProp2", ShortText::parse);
    plain.keys = keys(email.0, phone_number.0, [ext_id.0, ext_prop1.0, ext_prop2.0]);
    spaced.keys = keys(email.1, phone_number.1, [ext_id.1, ext_prop1.1, ext_prop2.1]);
    reader.finish(|| Some((plain, spaced)))
}

/// The value in both readings. If only one of them is valid, it counts for both.
fn both<T: Clone>(
    reader: &mut Reader,
    params: &Params,
    name: &str,
    parse: fn(&str) -> Result<T, InvalidValue>,
) -> (Option<T>, Option<T>) {
    let Some(text) = params.get(name) else { return (None, None) };
    match (parse(text), parse(&spaces(text))) {
        (Ok(plain), Ok(spaced)) => (Some(plain), Some(spaced)),
        (Ok(value), Err(_)) | (Err(_), Ok(value)) => (Some(value.clone()), Some(value)),
        (Err(error), Err(_)) => {
            reader.note(error.at(name));
            (None, None)
        }
    }
}

/// The text with spaces for its pluses, except for its first character, which is that of a telephone number.
fn spaces(text: &str) -> String {
    let first = text.chars().next().map_or(0, char::len_utf8);
    text[..first].to_owned() + &text[first..].replace('+', " ")
}

fn keys(
    email: Option<Email>,
    phone_number: Option<PhoneNumber>,
    [ext_id, ext_prop1, ext_prop2]: [Option<ShortText>; 3],
) -> Vec<Key> {
    fn set<T>(value: Option<T>) -> Patch<T> {
        value.map_or(Patch::Keep, Patch::Set)
    }
    let person = PersonChanges {
        email: set(email),
        phone_number: set(phone_number),
        ext_id: set(ext_id),
        ext_prop1: set(ext_prop1),
        ext_prop2: set(ext_prop2),
        ..PersonChanges::default()
    };
    let changes = ProfileChanges { person, ..ProfileChanges::default() };
    KeyKind::ALL.into_iter().filter_map(|kind| changes.key(kind)).collect()
}
