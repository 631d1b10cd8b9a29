//! `POST /v3/customers`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use domain::InvalidValue;
use domain::access::{Operation, Role};
use domain::customer::{Deduplication, Evidence, Fresh, Key, PostCustomer, ProfileChanges, Repeatable};
use domain::organization::PolicyList;
use domain::ports::{Command, Outcome, Written, random_text, write_one};
use domain::value::{CustomerId, LocationId, Password, PhoneNumberRule, Source, Username};

use super::NewCustomerResponse;
use crate::edge::envelope;
use crate::error::IDEMPOTENCY_KEY;
use crate::limit::{Attempt, Became, Try};
use crate::session::{Caller, install_ids};
use crate::wire::{JsonBody, NewCustomer, Params, Reader};
use crate::{Api, ApiError};

/// The length of a generated username in characters: 70 random bits, short enough to type.
const USERNAME_CHARACTERS: usize = 14;
/// The length of a generated password in characters: 80 random bits.
const PASSWORD_CHARACTERS: usize = 16;

/// Creates a customer, or updates an existing one.
///
/// Without `deduplicate` this always creates. With it, the named values of the body are looked up, and a customer that
/// owns them is updated: members that are sent override, absent ones stay; source, username and password are ignored.
/// If the values belong to different customers, nothing is written and the response is 409 `duplicate_conflict`. A new
/// customer has to accept `policies.privacy`, `policies.termsOfUse` and what else the organization requires, and is
/// locked unless `lock` is false.
///
/// A public app finds no customer by extId, extProp1 or extProp2. If it finds a customer and does not prove to be the
/// customer's own device, it cannot change fields that identify, vouch for or lock the customer, nor the consents:
/// these are only recorded in the history, as a `claim`. The proof is the `installId` or the password that the customer
/// was created with.
///
/// With an `Idempotency-Key`, a repeated request gets the response of the first one for 24 hours, and writes nothing.
#[utoipa::path(
    post,
    path = "/v3/customers",
    operation_id = "createCustomer",
    tag = "customers",
    params(
        (
            "deduplicate" = inline(Option<String>),
            Query,
            description = "Names of values that identify the customer, separated by commas, case-sensitive: phoneNumber, \
                           email, extId, extProp1, extProp2 (extPro2 is the same), guid. Names without a value in the body \
                           are skipped. guid counts only if no other value leads to a customer.",
            example = "email,phoneNumber",
        ),
        (
            "Idempotency-Key" = inline(Option<String>),
            Header,
            description = "A key of your own for this request, such as a random UUID: 1 to 255 printable ASCII characters. \
                           Repeat the request with the same key if its response was lost.",
            example = "8e03978e-40d5-43dd-bc93-6894a57f9324",
        ),
    ),
    request_body(
        content = NewCustomer,
        example = json!({
            "organizationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
            "source": "api",
            "firstName": "Ada",
            "lastName": "Byron",
            "email": "ada@example.org",
            "phoneNumber": "+442079460958",
            "language": "en",
            "country": "GB",
            "policies": {"privacy": true, "termsOfUse": true, "mktgCommunications": false},
            "lock": false,
            "extId": "crm-1",
        }),
    ),
    responses((
        status = 200,
        description = "The customer, new or updated",
        body = NewCustomerResponse,
        example = json!({
            "status": "OK",
            "generated": "2024-03-28T10:15:30.000Z",
            "id": "0197f2c8d0a07c53b0d1f1f4b0c7a004",
            "organizationId": "0197f2c8d0a07c53b0d1f1f4b0c7a001",
            "locationId": "0197f2c8d0a07c53b0d1f1f4b0c7a002",
            "username": "example-username",
            "password": "example-password",
            "locked": false,
        }),
    )),
)]
pub(crate) async fn create(
    State(api): State<Arc<Api>>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    body: JsonBody,
) -> Result<Json<NewCustomerResponse>, ApiError> {
    caller.require(Operation::CreateCustomer)?;
    // Read before the write: nothing may fail after it.
    let settings = &api.settings.of(caller.service.organization_id).await?.settings;
    let reading =
        Reading { api: &api, caller: &caller, asked: &settings.policies, phone_numbers: settings.phone_numbers };
    let attempt = Attempt::Upsert(body.length());
    let mut post = read(&reading, &params, &headers, body)?;
    let install_ids = install_ids(&headers, &post.changes.device);
    post.evidence = Evidence { install_ids, password: post.password.clone(), device_of: None };
    let tries = try_password(&api, &post)?;
    // A response that may be repeated has the time of its request, which is that of the change.
    let repeatable = post.repeatable.is_some();
    let post = Arc::new(post);
    let turn = api.apps.begin(&caller.service, attempt)?;
    let written = write_one(api.ports.customers.as_ref(), Command::Post(post.clone())).await;
    let trusted = |written: &Written| post.is_trusted_with(&written.customer);
    turn.end(match &written {
        Ok(written) if written.outcome == Outcome::Created => Became::Created,
        Ok(written) if trusted(written) => Became::Changed,
        Ok(_) => Became::FoundAndChanged,
        Err(error) => Became::of_error(error),
    });
    let written = written?;
    let customer = &written.customer;
    if trusted(&written) {
        tries.iter().for_each(|right| api.passwords.remember(right));
    }
    let generated = if repeatable { customer.modified_at } else { api.ports.clock.now() };
    let answer = NewCustomerResponse::new(customer, generated);
    match written.outcome {
        Outcome::Created => envelope::note(customer.id, "created"),
        Outcome::Updated | Outcome::Erased => envelope::note(customer.id, "found"),
    }
    if written.outcome == Outcome::Created || (settings.answer_credentials_on_hit && trusted(&written)) {
        return Ok(Json(answer.with_username(customer).with_password(customer)));
    }
    Ok(Json(answer))
}

/// Counts an attempt with the password that an app sends, for each value by which it looks for the customer: otherwise
/// it could try any number of passwords.
fn try_password(api: &Api, post: &PostCustomer) -> Result<Vec<Try>, ApiError> {
    let Some(password) = post.password.as_ref().filter(|_| post.role == Role::PublicApp) else { return Ok(Vec::new()) };
    let begin =
        |key: Key| api.passwords.begin(post.by, &format!("{}:{}", key.kind.as_str(), key.value), password.reveal());
    post.sought().into_iter().map(begin).collect()
}

/// The context for reading a customer.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) api: &'a Api,
    pub(super) caller: &'a Caller,
    /// The policies that a new customer is asked to accept.
    pub(super) asked: &'a PolicyList,
    /// Which telephone numbers are accepted.
    pub(super) phone_numbers: PhoneNumberRule,
}

fn read(reading: &Reading<'_>, params: &Params, headers: &HeaderMap, body: JsonBody) -> Result<PostCustomer, ApiError> {
    let mut reader = Reader::new(&body, reading.api.today());
    let repeatable = repeatable(headers, params, &body, &mut reader);
    let deduplicate = read_deduplicate(params, &mut reader);
    read_customer(reading, deduplicate, repeatable, reader, body)
}

/// The values by which the customer is looked up.
pub(super) fn read_deduplicate(params: &Params, reader: &mut Reader) -> Option<Deduplication> {
    let deduplicate = Deduplication::parse(params.get("deduplicate").unwrap_or_default());
    reader.accept("deduplicate", deduplicate).into_value()
}

/// The customer in a body, unless it is invalid or the reader has already found an error.
pub(super) fn read_customer(
    reading: &Reading<'_>,
    deduplicate: Option<Deduplication>,
    repeatable: Option<Repeatable>,
    mut reader: Reader,
    body: JsonBody,
) -> Result<PostCustomer, ApiError> {
    let Reading { api, caller, asked, phone_numbers } = *reading;
    reader = reader.with_phone_numbers(phone_numbers);
    let mut wire = NewCustomer::of(body);
    caller.require_organization_in(&wire.organization_id, &mut reader)?;
    let source = reader.text("source", &wire.source, Source::parse);
    reader.require("source", &source);
    let location_id = reader.text("locationId", &wire.location_id, LocationId::parse);
    let username = reader.text("username", &wire.username, Username::parse);
    let password = reader.text("password", &wire.password, Password::parse);
    let lock = reader.flag("lock", &wire.lock);
    let changes = wire.changes(&mut reader);
    note_policies(deduplicate.as_ref(), &changes, asked, &mut reader);
    let fresh = fresh(api);
    reader.finish(|| {
        Some(PostCustomer {
            organization_id: caller.service.organization_id,
            deduplicate: deduplicate?,
            source: source.into_value()?,
            location_id: location_id.into_value(),
            username: username.into_value(),
            password: password.into_value(),
            lock: lock.into_value(),
            changes,
            by: caller.service.id,
            role: caller.service.role,
            evidence: Evidence::default(),
            asked: asked.clone(),
            fresh: fresh?,
            claim_id: api.event_id(),
            repeatable,
        })
    })
}

/// The idempotency key of the request, if there is one, with its query and its body, regardless of the order of their
/// members.
fn repeatable(headers: &HeaderMap, params: &Params, body: &JsonBody, reader: &mut Reader) -> Option<Repeatable> {
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let key = String::from_utf8_lossy(keys.next()?.as_bytes());
    if keys.next().is_some() {
        reader.note(InvalidValue::invalid("must not be given twice").at(IDEMPOTENCY_KEY));
        return None;
    }
    let request = serde_json::to_vec(&(params.all(), &body.0)).unwrap_or_default();
    reader.accept(IDEMPOTENCY_KEY, Repeatable::new(&key, &request)).into_value()
}

/// Whether policies are required is known only after the look-up. But if there will be no look-up, and the request
/// fails anyway, missing policies are reported together with the other errors.
fn note_policies(
    deduplicate: Option<&Deduplication>,
    changes: &ProfileChanges,
    asked: &PolicyList,
    reader: &mut Reader,
) {
    let creates = deduplicate.is_some_and(|deduplicate| deduplicate.keys(changes).is_empty());
    if creates && reader.found_any() {
        changes.policies_missing_for_creation(asked).into_iter().for_each(|violation| reader.note(violation));
    }
}

/// The generated values of a possible creation.
fn fresh(api: &Api) -> Option<Fresh> {
    let text = |characters| random_text(api.ports.secrets.as_ref(), characters);
    Some(Fresh {
        id: CustomerId::from_bits(api.ports.ids.next()),
        username: Username::parse(&text(USERNAME_CHARACTERS)).ok()?,
        password: Password::parse(&text(PASSWORD_CHARACTERS)).ok()?,
        at: api.ports.clock.now(),
    })
}
