//! The outermost layer of every request: its id, time limit, log line, metrics, and the body of its error.

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
/// A caller's own request id is used if it is a plain word of at most this length.
const REQUEST_ID_LENGTH: usize = 64;

tokio::task_local! {
    /// What the handler notes for the request's log line and the response headers. It is not recorded in the span,
    /// because a span is written again with each value.
    static NOTES: Cell<Notes>;
}

/// The caller of a request, what it did to which customer, and the remaining rate limits.
#[derive(Debug, Clone, Copy, Default)]
struct Notes {
    service: Option<ServiceId>,
    customer: Option<CustomerId>,
    outcome: Option<&'static str>,
    /// The remainder of each limit that the request counted towards.
    left: [Option<Left>; 6],
}

/// Wraps every request. The log contains the route and not the path, since a path may contain a token, and never a
/// query, a header or a body.
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
    // A page presents its error itself, in the visitor's language.
    if let Some(error) = response.extensions_mut().remove::<Arc<ApiError>>()
        && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        response = with_body(&error, response, api);
    }
    let headers = response.headers_mut();
    // Only static files of the program have another value.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, id);
    }
    tell_limits(headers, notes);
    response
}

/// Adds the headers with the remaining rate limits.
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

/// The handler's response, or the error of an ambiguous head or query, so handlers need not check these. Afterwards the
/// unread rest of the body is read and discarded.
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

/// The response for a handler that panicked: like any other internal error.
#[expect(clippy::needless_pass_by_value, reason = "the signature that tower-http calls")]
pub(crate) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default();
    ApiError::Internal(format!("a handler panicked: {text}").into()).into_response()
}

/// Notes the service for the request's log line.
pub(crate) fn note_service(service: ServiceId) {
    note_all(|notes| notes.service = Some(service));
}

/// Notes the customer and the outcome for the request's log line.
pub(crate) fn note(customer: CustomerId, outcome: &'static str) {
    note_all(|notes| (notes.customer, notes.outcome) = (Some(customer), Some(outcome)));
}

/// Notes the remainder of a limit for the response headers.
pub(crate) fn note_left(left: Left) {
    note_all(|notes| {
        if let Some(free) = notes.left.iter_mut().find(|noted| noted.is_none()) {
            *free = Some(left);
        }
    });
}

fn note_all(change: impl FnOnce(&mut Notes)) {
    // Outside a request there is no log line.
    let _ = NOTES.try_with(|noted| {
        let mut notes = noted.get();
        change(&mut notes);
        noted.set(notes);
    });
}
