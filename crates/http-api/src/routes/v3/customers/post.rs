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

/// Characters of a username that is made up: 70 random bits, short enough to type.
const USERNAME_CHARACTERS: usize = 14;
/// Characters of a password that is made up: 80 random bits.
const PASSWORD_CHARACTERS: usize = 16;

/// Creates a customer, or updates the one that is there already.
///
/// Without `deduplicate` this always creates. With it, the named values of the body are looked for, and a customer that
/// owns them is updated: what is sent overrides, what is absent stays, source, username and password are ignored. When
/// the values belong to different customers, nothing is written and the answer is 409 `duplicate_conflict`. A new
/// customer has to accept `policies.privacy`, `policies.termsOfUse` and what else the organization requires, and is locked
/// unless `lock` is false.
///
/// A public app finds nobody by extId, extProp1 and extProp2. Of a customer that it finds and whose own device it does not prove
/// to be, it changes neither what identifies, vouches for or locks the customer, nor what the person agreed to: that is only
/// noted in the history, as a `claim`. It proves that by the `installId` or the password that the customer was created with.
///
/// With an `Idempotency-Key`, the same request gets the answer of the first one for 24 hours, and writes nothing.
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
                           are skipped. guid counts only when nothing else leads to a customer.",
            example = "email,phoneNumber",
        ),
        (
            "Idempotency-Key" = inline(Option<String>),
            Header,
            description = "A key of your own for this request, such as a random UUID: 1 to 255 printable ASCII characters. \
                           Send it again with the same request when you did not learn the answer.",
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
    // Asked before the write: nothing may fail after it.
    let settings = &api.settings.of(caller.service.organization_id).await?.settings;
    let reading =
        Reading { api: &api, caller: &caller, asked: &settings.policies, phone_numbers: settings.phone_numbers };
    let attempt = Attempt::Upsert(body.length());
    let mut post = read(&reading, &params, &headers, body)?;
    let install_ids = install_ids(&headers, &post.changes.device);
    post.evidence = Evidence { install_ids, password: post.password.clone(), device_of: None };
    let tries = try_password(&api, &post)?;
    // An answer that may be given again has the time of its request, which is that of the change.
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

/// Counts a password that an app shows of whoever it finds, for each value by which it looks: else it could try any number.
fn try_password(api: &Api, post: &PostCustomer) -> Result<Vec<Try>, ApiError> {
    let Some(password) = post.password.as_ref().filter(|_| post.role == Role::PublicApp) else { return Ok(Vec::new()) };
    let begin =
        |key: Key| api.passwords.begin(post.by, &format!("{}:{}", key.kind.as_str(), key.value), password.reveal());
    post.sought().into_iter().map(begin).collect()
}

/// What a customer is read with.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) api: &'a Api,
    pub(super) caller: &'a Caller,
    /// What a new customer is asked to accept.
    pub(super) asked: &'a PolicyList,
    /// Which telephone numbers are taken.
    pub(super) phone_numbers: PhoneNumberRule,
}

fn read(reading: &Reading<'_>, params: &Params, headers: &HeaderMap, body: JsonBody) -> Result<PostCustomer, ApiError> {
    let mut reader = Reader::new(&body, reading.api.today());
    let repeatable = repeatable(headers, params, &body, &mut reader);
    let deduplicate = read_deduplicate(params, &mut reader);
    read_customer(reading, deduplicate, repeatable, reader, body)
}

/// By which values the customer is to be found.
pub(super) fn read_deduplicate(params: &Params, reader: &mut Reader) -> Option<Deduplication> {
    let deduplicate = Deduplication::parse(params.get("deduplicate").unwrap_or_default());
    reader.accept("deduplicate", deduplicate).into_value()
}

/// The customer that a body tells of, unless something is wrong with it, or was found to be by the reader before.
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

/// How the request is known again, if its sender wants that: by its key, and by query and body, in whatever order their
/// members stand.
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

/// Whether policies are needed is known only when the customer was looked for. But when nothing will be looked for, and
/// the request fails anyway, they belong to what is told at once.
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

/// What a creation needs of the outside world.
fn fresh(api: &Api) -> Option<Fresh> {
    let text = |characters| random_text(api.ports.secrets.as_ref(), characters);
    Some(Fresh {
        id: CustomerId::from_bits(api.ports.ids.next()),
        username: Username::parse(&text(USERNAME_CHARACTERS)).ok()?,
        password: Password::parse(&text(PASSWORD_CHARACTERS)).ok()?,
        at: api.ports.clock.now(),
    })
}
