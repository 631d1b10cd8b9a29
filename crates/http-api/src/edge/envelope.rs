//! The outermost layer of every request: its id, its time limit, its line in the log, its part in the metrics, and the body
//! of its error.

use std::cell::Cell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::ports::ErrorChain;
use domain::value::{CustomerId, ServiceId};
use tracing::{Instrument, field};

use super::body::Incoming;
use super::head::HeadFault;
use crate::limit::Left;
use crate::wire::{ErrorBody, Params};
use crate::{Api, ApiError};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The two fields of draft-ietf-httpapi-ratelimit-headers-10.
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// A caller's own request id is taken over if it is a plain word of at most this length.
const REQUEST_ID_LENGTH: usize = 64;

tokio::task_local! {
    /// What the handler notes of the request for its line in the log and the answer's headers. Not recorded in the span: that is written anew with
    /// every value it gets.
    static NOTES: Cell<Notes>;
}

/// Who a request came from, what it did, to whom, and how often it may be done again.
#[derive(Debug, Clone, Copy, Default)]
struct Notes {
    service: Option<ServiceId>,
    customer: Option<CustomerId>,
    outcome: Option<&'static str>,
    /// What is left of the limits that the request was counted for.
    left: [Option<Left>; 6],
}

/// Wraps every request. The log gets the route and not the path, since a path may hold a token, and never a query, a header or
/// a body.
pub(crate) async fn wrap(State(api): State<Arc<Api>>, request: Request, next: Next) -> Response {
    let api = api.as_ref();
    let started = Instant::now();
    let in_flight = api.metrics.begin(&request);
    let id = request_id(&request, api);
    let span = tracing::info_span!(
        "request",
        request_id = id,
        method = %request.method(),
        route = request.extensions().get::<MatchedPath>().map_or("", |route| route.as_str()),
    );
    let noted = async {
        let response = answer(api, request, next).await;
        (response, NOTES.with(Cell::get))
    };
    let (mut response, notes) = NOTES.scope(Cell::default(), noted).instrument(span.clone()).await;
    let took = started.elapsed();
    in_flight.answered(response.status(), took);
    span.in_scope(|| {
        if let Some(ApiError::Unreadable(row)) = response.extensions().get::<Arc<ApiError>>().map(AsRef::as_ref) {
            api.metrics.unreadable(row);
        }
        log(&response, took, notes);
    });
    // A page tells of its error by itself, in the words of its visitor.
    if let Some(error) = response.extensions_mut().remove::<Arc<ApiError>>()
        && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        response = with_body(&error, response, api);
    }
    let headers = response.headers_mut();
    // Only files of the program itself say otherwise.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    tell_limits(headers, notes);
    response
}

/// Tells what is left of the limits.
fn tell_limits(headers: &mut HeaderMap, notes: Notes) {
    let (mut policies, mut states) = (String::new(), String::new());
    for left in notes.left.into_iter().flatten() {
        for list in [&mut policies, &mut states] {
            list.push_str(if list.is_empty() { "" } else { ", " });
        }
        // Writing to a String cannot fail.
        let _ = (left.policy(&mut policies), left.state(&mut states));
    }
    for (name, list) in [(RATE_LIMIT_POLICY, policies), (RATE_LIMIT, states)] {
        if let Some(list) = HeaderValue::try_from(list).ok().filter(|list| !list.is_empty()) {
            headers.insert(name, list);
        }
    }
}

/// What the handler says, once head and query are known to be clear: a handler need not look at them for a fault to be told. What
/// it has not read of the body is read off then.
async fn answer(api: &Api, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let incoming = Incoming::new(body, &parts);
    parts.extensions.insert(incoming.clone());
    let params = match parts.extensions.get::<HeadFault>() {
        Some(fault) => Err(ApiError::from(*fault)),
        None => Params::read(parts.uri.query().unwrap_or_default()),
    };
    let response = match params {
        Ok(params) => {
            parts.extensions.insert(params);
            let answering = next.run(Request::from_parts(parts, Body::empty()));
            let answered = incoming.within(api.limits.request_time, answering).await;
            answered
                .unwrap_or_else(|| ApiError::Unavailable("the request took longer than it may".into()).into_response())
        }
        Err(error) => error.into_response(),
    };
    incoming.read_off(api.limits.body_bytes, api.limits.body_time).await;
    response
}

fn request_id(request: &Request, api: &Api) -> String {
    let word = |id: &&str| {
        (1..=REQUEST_ID_LENGTH).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    let given = request.headers().get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(word);
    given.map_or_else(|| format!("{:032x}", api.ports.ids.next()), str::to_owned)
}

fn log(response: &Response, took: Duration, notes: Notes) {
    let status = response.status().as_u16();
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    let Notes { service, customer, outcome, .. } = notes;
    let (service, customer) = (service.map(field::display), customer.map(field::display));
    let Some(error) = response.extensions().get::<Arc<ApiError>>() else {
        tracing::info!(status, micros, service, customer, outcome, "answered");
        return;
    };
    let code = error.status_and_code().1;
    match error.cause() {
        Some(cause) => {
            tracing::error!(status, micros, code, service, cause = %ErrorChain(cause.as_ref()), "failed");
        }
        None => tracing::info!(status, micros, code, service, "refused"),
    }
}

fn with_body(error: &ApiError, empty: Response, api: &Api) -> Response {
    let (mut parts, _) = empty.into_parts();
    let body = Json(ErrorBody::new(error, api.ports.clock.now())).into_response();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.extend(body.headers().clone());
    if let Some(seconds) = error.retry_after() {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if matches!(error, ApiError::Unauthorized(_)) {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Response::from_parts(parts, body.into_body())
}

impl From<HeadFault> for ApiError {
    fn from(fault: HeadFault) -> Self {
        match fault {
            HeadFault::Unclear(message) => Self::MalformedRequest(message),
            HeadFault::TooLong => Self::HeadTooLong,
        }
    }
}

/// A handler that panicked: answered like any other failure.
#[expect(clippy::needless_pass_by_value, reason = "the signature that tower-http calls")]
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default();
    ApiError::Internal(format!("a handler panicked: {text}").into()).into_response()
}

/// Notes for the request's line in the log who sent it.
pub(crate) fn note_service(service: ServiceId) {
    note_all(|notes| notes.service = Some(service));
}

/// Notes for the request's line in the log what it did and to whom.
pub(crate) fn note(customer: CustomerId, outcome: &'static str) {
    note_all(|notes| (notes.customer, notes.outcome) = (Some(customer), Some(outcome)));
}

/// Notes for the headers of the answer what is left of a limit.
pub(crate) fn note_left(left: Left) {
    note_all(|notes| {
        if let Some(free) = notes.left.iter_mut().find(|noted| noted.is_none()) {
            *free = Some(left);
        }
    });
}

fn note_all(change: impl FnOnce(&mut Notes)) {
    // Outside of a request there is no line to note it for.
    let _ = NOTES.try_with(|noted| {
        let mut notes = noted.get();
        change(&mut notes);
        noted.set(notes);
    });
}
