//! The body of a request that is a form of octets.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use percent_encoding::percent_decode;

use super::body;
use super::form::is_form;
use crate::edge::body::Bounds;
use crate::error::FORM_EXPECTED;
use crate::{Api, ApiError, Limits};

/// Fields with their values, in the form that browsers send (`application/x-www-form-urlencoded`). The values are octets: those of
/// RADIUS attributes need not be text.
pub(crate) struct OctetForm(BTreeMap<String, Vec<Vec<u8>>>);

impl OctetForm {
    /// The field, if it has a value; of several the first.
    pub(crate) fn get(&self, name: &str) -> Option<&[u8]> {
        self.all(name).next()
    }

    /// The field, if it has a value that is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.get(name)?).ok()
    }

    /// All values of the field.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.values(name).iter().map(Vec::as_slice).filter(|value| !value.is_empty())
    }

    /// All values of the field, also empty ones.
    pub(crate) fn values(&self, name: &str) -> &[Vec<u8>] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn read(bytes: &[u8]) -> Self {
        let mut fields: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
            let mut parts = pair.splitn(2, |byte| *byte == b'=').map(decode);
            let (name, value) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
            fields.entry(String::from_utf8_lossy(&name).into_owned()).or_default().push(value);
        }
        Self(fields)
    }
}

impl FromRequestParts<Arc<Api>> for OctetForm {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, ApiError> {
        if !is_form(&parts.headers) {
            return Err(ApiError::UnsupportedMediaType(FORM_EXPECTED));
        }
        // Short for everybody, and not counted for what API bodies may take: no body of others keeps anybody off the Wi-Fi.
        let Limits { open_body_bytes: bytes, body_time: time, .. } = api.limits;
        Ok(Self::read(&body::read(parts, Bounds { bytes, time, budget: None }, ApiError::MalformedRequest).await?))
    }
}

/// As in a query, but that a plus is a space.
fn decode(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<_> = text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_as_forms_encode_them() {
        let form = OctetForm::read(b"a=x+y&b=x%2By&c=%C3%BC%25%7B%7D&d=&&e&g=1=2");
        let values = ["a", "b", "c", "d", "e", "f", "g"].map(|name| form.text(name));
        assert_eq!(values, [Some("x y"), Some("x+y"), Some("ü%{}"), None, None, None, Some("1=2")]);
    }

    #[test]
    fn values_need_not_be_text_nor_come_once() {
        let form = OctetForm::read(b"a=%ff&b=\xfe%00&c=1&c=&c=2&%ff=3");
        assert_eq!((form.get("a"), form.text("a")), (Some(&b"\xff"[..]), None));
        assert_eq!(form.get("b"), Some(&b"\xfe\0"[..]));
        assert_eq!(form.all("c").collect::<Vec<_>>(), [b"1", b"2"]);
        assert_eq!(form.text("c"), Some("1"));
    }
}
