//! The body of a request.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::json;
use super::member::members;
use crate::{Api, ApiError};

/// A JSON object.
pub(crate) struct JsonBody(pub(crate) Map<String, Value>);

/// A body that is too long is still read up to this multiple of the limit: a client that is cut off while it sends never
/// sees the answer.
const READ_ON: usize = 8;

impl JsonBody {
    /// The known members; others are ignored.
    pub(crate) fn members<B: DeserializeOwned>(&self) -> Result<B, ApiError> {
        members(self.0.clone()).map_err(|error| ApiError::Internal(error.into()))
    }
}

impl FromRequest<Arc<Api>> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Arc<Api>) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            return Err(ApiError::UnsupportedMediaType);
        }
        let bytes = read(request.into_body(), api.limits.body_bytes).await?;
        match json::parse(&bytes) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            Ok(_) => Err(ApiError::MalformedJson("The body must be a JSON object.".to_owned())),
            Err(json::Malformed { line, column }) => Err(ApiError::MalformedJson(format!(
                "The body is not JSON, or has a member twice, at line {line}, column {column}."
            ))),
        }
    }
}

/// No type at all is taken for JSON; a type that is something else is not.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let Ok(value) = value.to_str() else { return false };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let json = essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"));
    let utf8 = |parameter: &str| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    };
    json && parts.all(utf8)
}

async fn read(mut body: Body, limit: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = Vec::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| ApiError::MalformedJson("The body ended early.".to_owned()))?;
        let Ok(data) = frame.into_data() else { continue };
        length = length.saturating_add(data.len());
        if length <= limit {
            bytes.extend_from_slice(&data);
        } else if length > limit.saturating_mul(READ_ON) {
            break;
        }
    }
    if length > limit { Err(ApiError::PayloadTooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_by_its_own_account() {
        let is = |value: &str| is_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, value.parse().unwrap())]));
        for value in ["application/json", "Application/JSON; charset=UTF-8", "application/merge-patch+json"] {
            assert!(is(value), "{value}");
        }
        for value in ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin1", "json", ""]
        {
            assert!(!is(value), "{value}");
        }
        assert!(is_json(&HeaderMap::new()));
    }
}
