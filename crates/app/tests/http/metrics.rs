//! `GET /metrics`: what it counts, and what it must not reveal.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::{Body, Bytes};
use axum::http::header;
use http_body_util::channel::Channel;
use serde_json::json;

use crate::fixture::{Registry, send};

/// Every sample, by its name and labels as written.
type Samples = BTreeMap<String, f64>;

fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|next| next.is_ascii_lowercase() || next.is_ascii_digit() || next == '_')
}

/// A metric family: its name, its type, its samples.
#[derive(Default)]
struct Metric {
    name: String,
    kind: String,
}

impl Metric {
    /// The suffixes of its samples' names.
    fn suffixes(&self) -> &'static [&'static str] {
        match self.kind.as_str() {
            "counter" => &["_total"],
            "gauge" => &[""],
            "info" => &["_info"],
            "histogram" => &["_bucket", "_sum", "_count"],
            other => panic!("{other} is no type"),
        }
    }

    fn has(&self, name: &str) -> bool {
        name.strip_prefix(&self.name).is_some_and(|suffix| self.suffixes().contains(&suffix))
    }
}

/// Parses `name="value",…`; no value here needs escaping.
fn read_labels(text: &str) {
    let mut names = BTreeSet::new();
    for label in text.split("\",") {
        let (name, value) = label.split_once("=\"").unwrap();
        let value = value.strip_suffix('"').unwrap_or(value);
        assert!(is_name(name) && names.insert(name) && !value.is_empty() && !value.contains(['"', '\\']), "{label}");
    }
}

/// Parses OpenMetrics, which prescribes the order of lines.
fn read(text: &str) -> Samples {
    let lines = text.strip_suffix("# EOF\n").unwrap().lines();
    let (mut metric, mut names, mut samples) = (Metric::default(), BTreeSet::new(), Samples::new());
    for line in lines {
        let words: Vec<_> = line.splitn(4, ' ').collect();
        match words[..] {
            ["#", "HELP", name, help] => {
                assert!(is_name(name) && help.len() > 5 && names.insert(name.to_owned()), "{line}");
                metric = Metric { name: name.to_owned(), kind: String::new() };
            }
            ["#", "TYPE", name, kind] if metric.kind.is_empty() && name == metric.name => metric.kind = kind.to_owned(),
            ["#", "UNIT", name, unit] if name == metric.name => assert!(name.ends_with(&format!("_{unit}")), "{line}"),
            [sample, value] => {
                let name = sample.split_once('{').map_or(sample, |(name, labels)| {
                    read_labels(labels.strip_suffix('}').unwrap());
                    name
                });
                assert!(metric.has(name), "{line} after {}", metric.name);
                let value: f64 = value.parse().unwrap();
                assert!(value.is_finite() && samples.insert(sample.to_owned(), value).is_none(), "{line}");
            }
            _ => panic!("{line:?} does not belong here"),
        }
    }
    samples
}

async fn told(registry: &Registry) -> Samples {
    let answer = registry.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/openmetrics-text; version=1.0.0; charset=utf-8");
    read(&answer.text)
}

fn requests(route: &str, method: &str, status: u16) -> String {
    format!("guestbook_http_requests_total{{route=\"{route}\",method=\"{method}\",status=\"{status}\"}}")
}

/// The increases of the counters that increased.
fn risen(before: &Samples, after: &Samples) -> BTreeMap<String, f64> {
    let counters = after.iter().filter(|(name, _)| name.contains("_total"));
    let rises = counters.map(|(name, value)| (name.clone(), value - before.get(name).unwrap_or(&0.0)));
    rises.filter(|(_, rise)| *rise != 0.0).collect()
}

#[tokio::test]
async fn every_answer_is_counted_once_by_route_method_and_status() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let before = told(&registry).await;
    for _ in 0..3 {
        let id = manager.create("", json!({})).await;
        manager.get(&format!("/v3/customers/{id}")).await.ok();
    }
    manager.get(&format!("/v3/customers/{}", "0".repeat(32))).await.error(404, "not_found");
    manager.get("/v3/customers").await.error(405, "method_not_allowed");
    manager.create_answer("", json!({"email": "?"})).await.invalid("email", "invalid");
    manager.batch("", &[]).await;
    registry.get("/docs/none.js").await;
    let expected = [
        (requests("/metrics", "GET", 200), 1.0),
        (requests("/v3/customers", "POST", 200), 3.0),
        (requests("/v3/customers", "POST", 409), 1.0),
        (requests("/v3/customers", "GET", 405), 1.0),
        (requests("/v3/customers/{cid}", "GET", 200), 3.0),
        (requests("/v3/customers/{cid}", "GET", 404), 1.0),
        (requests("/v3/customers/batch", "POST", 200), 1.0),
        (requests("/docs/{*file}", "GET", 404), 1.0),
    ];
    assert_eq!(risen(&before, &told(&registry).await), BTreeMap::from(expected));
}

#[tokio::test]
async fn durations_are_those_of_all_answers() {
    let registry = Registry::start().await;
    for _ in 0..5 {
        registry.get("/health/ready").await.ok();
    }
    let samples = told(&registry).await;
    let of = |rest: &str| samples[&format!("guestbook_http_request_duration_seconds_{rest}")];
    let route = "route=\"/health/ready\"";
    assert_eq!(of(&format!("count{{{route}}}")), 5.0);
    assert!((0.0..5.0).contains(&of(&format!("sum{{{route}}}"))));
    let bounds = ["0.001", "0.005", "0.025", "0.1", "0.5", "2.5", "10.0", "+Inf"];
    let counts = bounds.map(|bound| of(&format!("bucket{{le=\"{bound}\",{route}}}")));
    assert!(counts.is_sorted() && counts[7] == 5.0, "{counts:?}");
}

#[tokio::test]
async fn whatever_is_asked_for_at_random_is_one() {
    let registry = Registry::start().await;
    let before = told(&registry).await;
    for n in 0..50 {
        registry.get(&format!("/none/{n}")).await.error(404, "not_found");
    }
    for method in ["BREW", "PROPFIND"] {
        let request = axum::http::Request::builder().method(method).uri("/health/live").body(Body::empty()).unwrap();
        registry.send(request).await.error(405, "method_not_allowed");
    }
    let after = told(&registry).await;
    let expected = [
        (requests("unknown", "GET", 404), 50.0),
        (requests("/health/live", "other", 405), 2.0),
        (requests("/metrics", "GET", 200), 1.0),
    ];
    assert_eq!(risen(&before, &after), BTreeMap::from(expected));
}

#[tokio::test]
async fn a_request_is_in_flight_until_it_is_answered_or_its_client_is_gone() {
    const IN_FLIGHT: &str = "guestbook_http_requests_in_flight";
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    // This request itself.
    assert_eq!(told(&registry).await[IN_FLIGHT], 1.0);
    let start = || {
        let (sender, body) = Channel::<Bytes>::new(1);
        let request = manager.request("POST", "/v3/customers").body(Body::new(body)).unwrap();
        let router = registry.router();
        (sender, tokio::spawn(async move { send(&router, request).await }))
    };
    let (answered, gone) = (start(), start());
    tokio::task::yield_now().await;
    assert_eq!(told(&registry).await[IN_FLIGHT], 3.0);
    drop(answered.0);
    answered.1.await.unwrap();
    assert_eq!(told(&registry).await[IN_FLIGHT], 2.0);
    gone.1.abort();
    assert!(gone.1.await.unwrap_err().is_cancelled());
    assert_eq!(told(&registry).await[IN_FLIGHT], 1.0);
}

#[tokio::test]
async fn the_build_is_told() {
    let version = env!("CARGO_PKG_VERSION");
    let samples = told(&Registry::start().await).await;
    assert_eq!(samples[&format!("guestbook_build_info{{version=\"{version}\"}}")], 1.0);
}

#[tokio::test]
async fn nothing_of_a_person_or_a_service_is_told() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let id = manager.create("", json!({"username": "ada", "email": "ada@example.org", "password": "geheim"})).await;
    let issued = manager.get(&format!("/v2/customers/{id}/token")).await.ok();
    let token = issued["token"].as_str().unwrap();
    manager.get(&format!("/v2/customers/tokens/{token}")).await.ok();
    manager.get(&format!("/v3/customers/{id}/history")).await.ok();
    manager.get(&format!("/v2/customers/organizations/{}?email=ada@example.org", registry.organization)).await;
    registry.get(&format!("/activate/{token}")).await;
    registry.get(&format!("/none/{id}/{token}?email=ada@example.org")).await;
    radius.form("/radius/authorize", &[("username", "ada")]).await;
    let text = registry.get("/metrics").await.text;
    read(&text);
    for secret in [&id, token, &registry.organization, &registry.location, &manager.jwt, &radius.jwt, "ada", "geheim"] {
        assert!(!text.contains(secret), "{secret} is in {text}");
    }
}
