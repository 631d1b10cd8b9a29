//! The body of a request that is a form.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::{Params, body};
use crate::edge::body::Bounds;
use crate::error::FORM_EXPECTED;
use crate::{Api, ApiError, Limits};

/// Fields with their values, in the form that browsers send (`application/x-www-form-urlencoded`).
pub(crate) struct FormBody(Params);

const TYPE: &str = "application/x-www-form-urlencoded";

impl FormBody {
    /// The field, if it has a value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)
    }
}

impl FromRequestParts<Arc<Api>> for FormBody {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        if !is_form(&parts.headers) {
            return Err(ApiError::UnsupportedMediaType(FORM_EXPECTED));
        }
        // Short for everybody, and not counted for what API bodies may take: no body of others keeps anybody off the Wi-Fi.
        let Limits { open_body_bytes: bytes, body_time: time, .. } = api.limits;
        read(&body::read(parts, Bounds { bytes, time, budget: None }, ApiError::MalformedRequest).await?)
    }
}

/// As a query, but that a plus is a space.
fn read(bytes: &[u8]) -> Result<FormBody, ApiError> {
    let text = std::str::from_utf8(bytes).map_err(|_| ApiError::MalformedRequest("The body is not UTF-8."))?;
    Params::read(&text.replace('+', " ")).map(FormBody)
}

/// No type at all is taken for a form.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return true };
    let essence = value.to_str().ok().and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case(TYPE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_as_forms_encode_them() {
        let form = read(b"a=x+y&b=x%2By&c=%C3%BC%25%7B%7D&d=&&e").unwrap_or_else(|_| unreachable!());
        let values = ["a", "b", "c", "d", "e", "f"].map(|name| form.get(name));
        assert_eq!(values, [Some("x y"), Some("x+y"), Some("ü%{}"), None, None, None]);
    }

    #[test]
    fn what_is_no_form_is_refused() {
        for (bytes, code) in [
            (&b"a=%ff"[..], "malformed_request"),
            (b"a=\xff", "malformed_request"),
            (b"a=1&a=1", "invalid_parameters"),
            (b"a=%00", "invalid_parameters"),
        ] {
            let error = read(bytes).err().unwrap_or_else(|| unreachable!());
            assert_eq!(error.status_and_code().1, code, "{}", String::from_utf8_lossy(bytes));
        }
        let is = |value: &str| is_form(&HeaderMap::from_iter([(header::CONTENT_TYPE, value.parse().unwrap())]));
        assert!(is(TYPE) && is("Application/X-WWW-form-urlencoded; charset=UTF-8") && is_form(&HeaderMap::new()));
        assert!(!is("application/json") && !is(""));
    }
}
