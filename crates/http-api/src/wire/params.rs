//! The query of a request.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::InvalidValue;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

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

    /// The parameters that have a value, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let given = self.0.iter().filter(|(_, value)| !value.is_empty());
        given.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with this parameter, in place of what it is here.
    pub(crate) fn with(&self, name: &str, value: &str) -> Self {
        let mut params = BTreeMap::clone(&self.0);
        params.insert(name.to_owned(), value.to_owned());
        Self(Arc::new(params))
    }

    /// A query that is read as these parameters.
    pub(crate) fn write(&self) -> String {
        let encoded = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let pairs: Vec<_> = self.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        pairs.join("&")
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

impl<'a> FromIterator<(&'a str, &'a str)> for Params {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(params: I) -> Self {
        Self(Arc::new(params.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()))
    }
}

/// A whole number, written in digits.
pub(crate) fn whole_number(text: &str) -> Result<u32, InvalidValue> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits.then(|| text.parse().ok()).flatten();
    number.ok_or_else(|| InvalidValue::invalid("must be a whole number within the limits"))
}

fn decode(text: &str) -> Result<String, ApiError> {
    let decoded = percent_decode_str(text).decode_utf8();
    decoded.map(Into::into).map_err(|_| ApiError::MalformedRequest("What is percent-encoded is not UTF-8."))
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
    fn what_is_written_is_read_again() {
        let params = Params::from_iter([("a b", "1&2=3"), ("email", "a+b@x.org"), ("name", "é%41")]);
        let read = Params::read(&params.write()).unwrap_or_else(|_| unreachable!());
        assert_eq!(read.iter().collect::<Vec<_>>(), params.iter().collect::<Vec<_>>());
        assert_eq!(read.with("name", "").write(), "a%20b=1%262%3D3&email=a%2Bb%40x%2Eorg");
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
