//! The query of a request.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::InvalidValue;
use percent_encoding::percent_decode_str;

use crate::ApiError;

/// The parameters of a query. `+` is a plus: the SDKs send phone numbers and addresses as they are, and a decoder of
/// forms would make spaces of their pluses.
#[derive(Clone)]
pub(crate) struct Params(Arc<BTreeMap<String, String>>);

impl Params {
    /// The parameter, if it has a value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// All of them, by their names.
    pub(crate) fn all(&self) -> &BTreeMap<String, String> {
        &self.0
    }

    /// Reads a query.
    pub(crate) fn read(query: &str) -> Result<Self, ApiError> {
        let mut params = BTreeMap::new();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            if name.contains('\0') || value.contains('\0') {
                let path = name.replace('\0', "\u{FFFD}");
                return Err(invalid(path, "must not contain U+0000"));
            }
            if params.contains_key(&name) {
                return Err(invalid(name, "must not be given twice"));
            }
            params.insert(name, value);
        }
        Ok(Self(Arc::new(params)))
    }
}

fn decode(text: &str) -> Result<String, ApiError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| ApiError::MalformedRequest("The query is not UTF-8."))
}

fn invalid(name: String, message: &str) -> ApiError {
    ApiError::InvalidParameters(vec![InvalidValue::invalid(message).at(name)])
}

/// The query was read before the request was routed.
impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or_else(|| ApiError::Internal("no query was read".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_plus() {
        let params =
            Params::read("phoneNumber=+39333&email=a+b%40x.org&&flag&empty=").unwrap_or_else(|_| unreachable!());
        assert_eq!(params.get("phoneNumber"), Some("+39333"));
        assert_eq!(params.get("email"), Some("a+b@x.org"));
        assert_eq!((params.get("flag"), params.get("empty"), params.get("other")), (None, None, None));
    }

    #[test]
    fn ambiguous_and_unreadable_queries_are_refused() {
        for (query, code) in
            [("a=1&a=2", "invalid_parameters"), ("a=%00", "invalid_parameters"), ("a=%ff", "malformed_request")]
        {
            let error = Params::read(query).err().unwrap_or_else(|| unreachable!());
            assert_eq!(error.status_and_code().1, code, "{query}");
        }
    }
}
