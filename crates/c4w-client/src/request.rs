//! A request before it is sent.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;

use crate::{Body, Creation};

/// The unreserved characters of RFC 3986 only: above all no plus, which some servers read as a space.
const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A request.
pub(crate) struct Request {
    pub(crate) method: Method,
    /// The path with its encoded query.
    pub(crate) path: String,
    /// The body in JSON.
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) idempotency_key: Option<String>,
    /// Whether carrying it out twice has the same effect as once.
    pub(crate) harmless: bool,
}

impl Request {
    /// A GET. In this API it changes nothing, except that one issues a token, of which a second one does no harm.
    pub(crate) fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: None, idempotency_key: None, harmless: true }
    }

    /// A PUT: the same changes twice have the same effect.
    pub(crate) fn put(path: String, body: &Body) -> Self {
        Self { method: Method::PUT, path, body: Some(json(body)), idempotency_key: None, harmless: true }
    }

    /// A DELETE. A repetition answers 404, which would be taken for the result.
    pub(crate) fn delete(path: String) -> Self {
        Self { method: Method::DELETE, path, body: None, idempotency_key: None, harmless: false }
    }

    /// A POST that creates or updates a customer.
    pub(crate) fn create(customer: &Body, how: &Creation) -> Self {
        let query = match how.deduplicate.as_slice() {
            [] => Vec::new(),
            names => vec![("deduplicate", Some(names.join(",")))],
        };
        Self {
            method: Method::POST,
            path: with_query("/v3/customers", query),
            body: Some(json(customer)),
            idempotency_key: how.idempotency_key.clone(),
            harmless: how.idempotency_key.is_some() || how.deduplicate.iter().any(|name| has(customer, name)),
        }
    }
}

/// Encodes the segments of a path, such as `["v3", "customers", id]`.
pub(crate) fn path(segments: &[&str]) -> String {
    segments.iter().map(|segment| format!("/{}", encoded(segment))).collect()
}

/// The path with a query of those parameters that have a value.
pub(crate) fn with_query<'a>(path: &str, parameters: impl IntoIterator<Item = (&'a str, Option<String>)>) -> String {
    let parameters = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let query: Vec<_> = parameters.map(|(name, value)| format!("{}={}", encoded(name), encoded(&value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

fn encoded(text: &str) -> impl std::fmt::Display {
    utf8_percent_encode(text, KEPT)
}

fn json(body: &Body) -> Vec<u8> {
    serde_json::Value::Object(body.clone()).to_string().into_bytes()
}

/// Whether the customer has a value that identifies it. Without one a POST creates a customer, and a repetition another
/// one.
fn has(customer: &Body, name: &str) -> bool {
    let value = match name {
        "guid" => customer.get("device").and_then(|device| device.get("guid")),
        "extPro2" => customer.get("extProp2"),
        name => customer.get(name),
    };
    value.and_then(serde_json::Value::as_str).is_some_and(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn creation(body: Value, deduplicate: &[&str], key: Option<&str>) -> Request {
        let Value::Object(body) = body else { panic!("an object") };
        let deduplicate = deduplicate.iter().map(|name| (*name).to_owned()).collect();
        Request::create(&body, &Creation { deduplicate, idempotency_key: key.map(str::to_owned) })
    }

    #[test]
    fn a_creation_is_harmless_only_when_it_is_found_again() {
        let body = json!({"email": "a@b.org", "extId": " ", "device": {"guid": "g"}, "extProp2": "x"});
        let harmless = |names: &[&str], key| creation(body.clone(), names, key).harmless;
        assert!(harmless(&["email"], None) && harmless(&["extId", "guid"], None) && harmless(&["extPro2"], None));
        assert!(harmless(&[], Some("key")));
        assert!(!harmless(&[], None) && !harmless(&["extId"], None) && !harmless(&["phoneNumber"], None));
    }

    #[test]
    fn whatever_could_be_misread_is_encoded() {
        assert_eq!(path(&["v3", "customers", "a/b?c"]), "/v3/customers/a%2Fb%3Fc");
        let query = [("phoneNumber", Some("+39 1".to_owned())), ("none", None)];
        assert_eq!(with_query("/x", query), "/x?phoneNumber=%2B39%201");
        assert_eq!(creation(json!({}), &["email", "guid"], None).path, "/v3/customers?deduplicate=email%2Cguid");
    }
}
