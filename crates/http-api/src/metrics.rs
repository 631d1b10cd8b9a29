//! Metrics of requests, and the export of everything that is registered.
//!
//! The number of label values is bounded: the route label is the route's pattern, and all unmatched addresses share one
//! value. So requests for random addresses cannot fill the memory of the monitoring system, and no address can leak a
//! secret into a label.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use domain::ports::CorruptRow;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

/// Buckets in seconds: from responses out of memory up to the time limit of a request.
const BUCKETS: [f64; 7] = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10.0];
/// The methods that clients use. All others share one label value.
static METHODS: [Method; 7] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS];

/// The pattern of a route; `None` for all unmatched addresses.
#[derive(Debug, Clone)]
struct Route(Option<MatchedPath>);

impl Route {
    fn as_str(&self) -> &str {
        self.0.as_ref().map_or("unknown", MatchedPath::as_str)
    }
}

impl PartialEq for Route {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Route {}

impl Hash for Route {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl EncodeLabelValue for Route {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> fmt::Result {
        self.as_str().encode(encoder)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByRoute {
    route: Route,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByAnswer {
    route: Route,
    method: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByColumn {
    table: &'static str,
    column: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByReason {
    reason: &'static str,
}

/// The metrics of requests.
pub(crate) struct Metrics {
    registry: Registry,
    unusable_records: Family<ByReason, Counter>,
    requests: Family<ByAnswer, Counter>,
    durations: Family<ByRoute, Histogram, fn() -> Histogram>,
    in_flight: Gauge,
    /// Bytes that requests in progress hold of the memory budget for bodies.
    pub(crate) body_bytes: Gauge,
    /// Batches in progress.
    pub(crate) batches: Gauge,
    unreadable: Family<ByColumn, Counter>,
}

impl Metrics {
    /// Adds the metrics of requests to the registry.
    pub(crate) fn new(mut registry: Registry) -> Self {
        let requests = Family::default();
        let durations = Family::new_with_constructor((|| Histogram::new(BUCKETS)) as fn() -> Histogram);
        let (in_flight, body_bytes, batches) = (Gauge::default(), Gauge::default(), Gauge::default());
        let unreadable = Family::default();
        let ours = registry.sub_registry_with_prefix("guestbook");
        ours.register("build", "Version of the program", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        ours.register("http_requests", "Answered requests", requests.clone());
        let took = "Time from reading a request's head to the start of its response";
        ours.register_with_unit("http_request_duration", took, Unit::Seconds, durations.clone());
        ours.register("http_requests_in_flight", "Requests whose response has not started", in_flight.clone());
        let held = "Memory held for bodies of requests in progress";
        ours.register_with_unit("http_bodies", held, Unit::Bytes, body_bytes.clone());
        ours.register("http_batches_in_flight", "Batches in progress", batches.clone());
        ours.register("unreadable_rows", "Unreadable rows that requests found", unreadable.clone());
        let unusable_records = Family::default();
        let what = "Records of RADIUS servers that were acknowledged and cannot be stored";
        ours.register("radius_records_unusable", what, unusable_records.clone());
        Self { registry, requests, durations, in_flight, body_bytes, batches, unreadable, unusable_records }
    }

    /// Starts counting a request.
    pub(crate) fn begin(&self, request: &Request) -> InFlight<'_> {
        self.in_flight.inc();
        let route = Route(request.extensions().get::<MatchedPath>().cloned());
        InFlight { metrics: self, route, method: known(request.method()) }
    }

    /// Counts an unreadable row, and logs it without its value.
    pub(crate) fn unreadable(&self, row: &CorruptRow) {
        let CorruptRow { table, column, id } = row;
        self.unreadable.get_or_create(&ByColumn { table, column }).inc();
        tracing::warn!(table, column, id, "unreadable row");
    }

    /// Counts a record of a RADIUS server that cannot be stored.
    pub(crate) fn count_unusable_record(&self, reason: &'static str) {
        self.unusable_records.get_or_create(&ByReason { reason }).inc();
    }

    /// Everything that is registered, in the text format of OpenMetrics 1.0.
    pub(crate) fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn known(method: &Method) -> &'static str {
    METHODS.iter().find(|known| *known == method).map_or("other", Method::as_str)
}

/// A request in flight until it is dropped, even if its client disconnects.
pub(crate) struct InFlight<'a> {
    metrics: &'a Metrics,
    route: Route,
    method: &'static str,
}

impl InFlight<'_> {
    /// Counts the response.
    pub(crate) fn answered(self, status: StatusCode, took: Duration) {
        let by_route = ByRoute { route: self.route.clone() };
        self.metrics.durations.get_or_create(&by_route).observe(took.as_secs_f64());
        let by_answer = ByAnswer { route: by_route.route, method: self.method, status: status.as_u16() };
        self.metrics.requests.get_or_create(&by_answer).inc();
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.metrics.in_flight.dec();
    }
}
