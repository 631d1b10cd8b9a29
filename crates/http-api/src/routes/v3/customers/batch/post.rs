//! The request: who may, how rows are to be taken, and the answer that begins before they have come.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use domain::access::Operation;
use domain::customer::Repeatable;
use domain::{InvalidValue, limits};
use http_body_util::channel::Channel;
use tokio::sync::watch;
use tracing::Instrument;

use super::super::post::read_deduplicate;
use super::lines::{Bounds, Lines};
use super::run::{Batch, Terms};
use crate::edge::body::Incoming;
use crate::error::{IDEMPOTENCY_KEY, NDJSON_EXPECTED};
use crate::session::Caller;
use crate::wire::{Params, Reader, is_ndjson, whole_number};
use crate::{Api, ApiError, Limits};

const NDJSON: &str = "application/x-ndjson";
const EXAMPLE: &str = concat!(
    r#"{"organizationId":"0197f2c8d0a07c53b0d1f1f4b0c7a001","source":"api","email":"ada@example.org","firstName":"Ada","policies":{"privacy":true,"termsOfUse":true}}"#,
    "\n",
    r#"{"organizationId":"0197f2c8d0a07c53b0d1f1f4b0c7a001","source":"api","phoneNumber":"+442079460958","policies":{"privacy":true,"termsOfUse":true}}"#,
    "\n",
);

/// Creates or updates very many customers.
///
/// Each line of the body is the body of a `POST /v3/customers`, and each line of the answer tells what became of one, in
/// the same order: it is a `batchRow`. A row that is refused spoils no other, and rows that share a username or a value to
/// deduplicate by are carried out in their order. Blank lines are skipped, but counted. A line is at most 1 MiB long, and there
/// are at most 100,000.
///
/// The last line of the answer is a `batchEnd`, which counts the rows. An answer without it is not whole.
///
/// The answer begins when the body was read, since many proxies lose the rest of a request whose answer has begun; with `stream`
/// it comes while the body is read, and a client that does not read it is not read any further. A client that sends nothing for
/// a minute is given up. When the service cannot go on, or the session ends meanwhile, rows say why, `complete` is false, and
/// nothing was done with lines that have no answer. Behind a proxy, several requests of less than 1 MiB each are safest.
/// Guestbook's own operation.
#[utoipa::path(
    post,
    path = "/v3/customers/batch",
    operation_id = "createCustomers",
    tag = "customers",
    params(
        (
            "deduplicate" = inline(Option<String>),
            Query,
            description = "As of a single creation, for every row.",
            example = "email,phoneNumber",
        ),
        (
            "firstLine" = inline(Option<u32>),
            Query,
            description = "The number of the first line; 1 if absent. For whoever sends a long file in several requests.",
            minimum = 1,
            example = 1,
        ),
        (
            "dryRun" = inline(Option<bool>),
            Query,
            description = "`true`: answers as it would, and writes nothing. Rows see no others than those near before them. New \
                           customers have no id.",
            example = false,
        ),
        (
            "stream" = inline(Option<bool>),
            Query,
            description = "`true`: rows are answered while others are still sent. For whoever reads while they send, with no proxy \
                           between that waits for the one or the other to end.",
            example = false,
        ),
        (
            "Idempotency-Key" = inline(Option<String>),
            Header,
            description = "A key of your own. A row that no value identifies is carried out once for the key and its line's \
                           number, as a single creation with its key.",
            example = "8e03978e-40d5-43dd-bc93-6894a57f9324",
        ),
    ),
    request_body(
        content = String,
        content_type = "application/x-ndjson",
        description = "Lines of JSON, each a `newCustomer`",
        example = json!(EXAMPLE),
    ),
    responses((
        status = 200,
        description = "Lines of JSON, each a `batchRow`, and at the end a `batchEnd`",
        body = String,
        content_type = "application/x-ndjson",
    )),
)]
pub(crate) async fn create_all(
    State(api): State<Arc<Api>>,
    caller: Caller,
    params: Params,
    headers: HeaderMap,
    incoming: Incoming,
) -> Result<Response, ApiError> {
    caller.require(Operation::CreateCustomers)?;
    if !is_ndjson(&headers) {
        return Err(ApiError::UnsupportedMediaType(NDJSON_EXPECTED));
    }
    let (terms, first) = read(&api, params, &headers)?;
    let organization = api.settings.of(caller.service.organization_id).await?;
    let share = api.batches.take(organization.id, 1).await;
    let share =
        share.ok_or_else(|| ApiError::Unavailable("there are as many batches under way as there may be".into()))?;
    let body = incoming.take().ok_or_else(|| ApiError::Internal("the body was read already".into()))?;
    let Limits { body_bytes, idle_time, .. } = api.limits;
    let bounds = Bounds { bytes: body_bytes, lines: limits::BATCH_ROWS, idle: idle_time, first };
    let (answers, answer) = Channel::new(1);
    let (body_state, mut body_read) = watch::channel(None);
    let stream = terms.stream;
    let batch = Batch { api, caller, organization, terms, _share: share };
    // The answer's head goes before there is any row, so the rows are a task of their own.
    tokio::spawn(batch.run(Lines::new(body, bounds), answers, body_state).in_current_span());
    if !stream {
        let _awaiting = incoming.await_client();
        // Should the task have failed, the answer ends without its last line.
        let _ = body_read.wait_for(Option::is_some).await;
    }
    Ok(([(header::CONTENT_TYPE, NDJSON)], Body::new(answer)).into_response())
}

/// How rows are to be taken, and the number of the first line.
fn read(api: &Api, params: Params, headers: &HeaderMap) -> Result<(Terms, u64), ApiError> {
    let mut reader = Reader::empty(api.today());
    let deduplicate = read_deduplicate(&params, &mut reader);
    let first = params.get("firstLine").map_or(Ok(1), |text| match whole_number(text)? {
        0 => Err(InvalidValue::invalid("must be 1 or more")),
        first => Ok(first),
    });
    let first = reader.accept("firstLine", first).into_value();
    let flag = |name| match params.get(name).unwrap_or("false") {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(InvalidValue::invalid("must be true or false")),
    };
    let rehearsal = reader.accept("dryRun", flag("dryRun")).into_value();
    let stream = reader.accept("stream", flag("stream")).into_value();
    let mut keys = headers.get_all(IDEMPOTENCY_KEY).iter();
    let key = keys.next().map(|key| {
        let key = String::from_utf8_lossy(key.as_bytes()).into_owned();
        // What is wrong with it would else be told for each row.
        Repeatable::new(&key, &[]).map(|_| key)
    });
    let key = key.map(|key| reader.accept(IDEMPOTENCY_KEY, key).into_value());
    if keys.next().is_some() {
        reader.note(InvalidValue::invalid("must not be given twice").at(IDEMPOTENCY_KEY));
    }
    reader.finish(|| {
        let (rehearsal, stream) = (rehearsal?, stream?);
        let terms = Terms { deduplicate: deduplicate?, params, key: key.flatten(), rehearsal, stream };
        Some((terms, first?.into()))
    })
}
