//! The body of a request.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::json;
use super::member::members;
use crate::edge::body::{BodyFault, Bounds, Incoming};
use crate::error::JSON_EXPECTED;
use crate::session::LoggedIn;
use crate::{Api, ApiError};

/// A JSON object.
pub(crate) struct JsonBody(pub(crate) Map<String, Value>);

impl JsonBody {
    /// The object that a text is.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, ApiError> {
        match json::parse(text) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(ApiError::MalformedJson("The body must be a JSON object.".to_owned())),
            Err(json::Malformed { line, column }) => Err(ApiError::MalformedJson(format!(
                "The body is not JSON, or has a member twice or an integer beyond 64 bits, at line {line}, column {column}."
            ))),
        }
    }

    /// How long the object is as JSON.
    pub(crate) fn length(&self) -> usize {
        serde_json::to_vec(&self.0).map_or(0, |text| text.len())
    }

    /// The known members; others are ignored.
    pub(crate) fn members<B: DeserializeOwned>(self) -> Result<B, ApiError> {
        members(self.0).map_err(|error| ApiError::Internal(error.into()))
    }
}

impl FromRequestParts<Arc<Api>> for JsonBody {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        if !is_json(&parts.headers) {
            return Err(ApiError::UnsupportedMediaType(JSON_EXPECTED));
        }
        let limits = &api.limits;
        // A body of somebody unknown is short, whatever the order in which a handler asks for things.
        let (bytes, budget) = match parts.extensions.get::<LoggedIn>() {
            Some(LoggedIn(organization)) => (limits.body_bytes, Some((&api.bodies, *organization))),
            None => (limits.open_body_bytes, None),
        };
        let bounds = Bounds { bytes, time: limits.body_time, budget };
        Self::parse(&read(parts, bounds, |text| ApiError::MalformedJson(text.to_owned())).await?)
    }
}

/// The bytes of the body. A body that cannot be read is told as `malformed` says.
pub(super) async fn read(
    parts: &Parts,
    bounds: Bounds<'_>,
    malformed: fn(&'static str) -> ApiError,
) -> Result<Vec<u8>, ApiError> {
    let body: &Incoming = parts.extensions.get().ok_or_else(|| ApiError::Internal("a request has no body".into()))?;
    body.read(bounds).await.map_err(|fault| match fault {
        BodyFault::TooLong => ApiError::PayloadTooLarge,
        BodyFault::Broken => malformed("The body ended early."),
        BodyFault::Late => ApiError::RequestTimeout,
        BodyFault::NoRoom => {
            ApiError::Unavailable("bodies of requests under way have all the memory that they may".into())
        }
        BodyFault::Taken => ApiError::Internal("the body was read already".into()),
    })
}

/// No type at all is taken for JSON; a type that is something else is not.
fn is_json(headers: &HeaderMap) -> bool {
    is_of_type(headers, |essence| {
        essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

/// Lines of JSON, by the name that is used for them most, or the shorter one. No type at all is taken for them too.
pub(crate) fn is_ndjson(headers: &HeaderMap) -> bool {
    is_of_type(headers, |essence| matches!(essence, "application/x-ndjson" | "application/ndjson"))
}

fn is_of_type(headers: &HeaderMap, is: impl FnOnce(&str) -> bool) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            ["utf-8", "utf8"].iter().any(|utf8| value.trim_matches('"').eq_ignore_ascii_case(utf8))
        }
        _ => true,
    };
    is(&essence) && parts.all(utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_by_its_own_account() {
        let is = |value: &str| is_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, value.parse().unwrap())]));
        for value in [
            "application/json",
            "Application/JSON; charset=UTF-8",
            "application/json;charset=utf8",
            "application/merge-patch+json",
        ] {
            assert!(is(value), "{value}");
        }
        for value in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "json", ""]
        {
            assert!(!is(value), "{value}");
        }
        assert!(is_json(&HeaderMap::new()) && is_ndjson(&HeaderMap::new()));
    }
}
