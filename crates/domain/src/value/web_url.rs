//! Web addresses.

use validator::ValidateUrl;

use super::visible::visible;
use crate::{InvalidValue, limits};

/// A web address for browsers: `http` or `https`, at most 2,048 bytes, without credentials, kept as given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebUrl(String);

impl WebUrl {
    /// Parses an address.
    ///
    /// # Errors
    /// Not such an address.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        if text.len() > limits::URL_BYTES {
            return Err(InvalidValue::too_long(limits::URL_BYTES, "bytes"));
        }
        if is_plain(text) && text.validate_url() {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::invalid("must be an http or https address"))
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether the address has no part that browsers would repair, interpret differently, or display misleadingly.
fn is_plain(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
        && !authority.is_empty()
        && !authority.contains('@')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '\\' | '"' | '<' | '>'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn takes_what_a_browser_can_be_sent_to() {
        for url in
            ["https://example.org", "http://example.org:8080/a/b.png?c=d@e#f", "HTTPS://EXAMPLE.org/", "http://[::1]/"]
        {
            assert_eq!(WebUrl::parse(url).unwrap().as_str(), url);
        }
    }

    #[test]
    fn refuses_the_rest() {
        for url in [
            "",
            "example.org",
            "//example.org",
            "ftp://example.org",
            "javascript://example.org/%0Aalert(1)",
            "data:text/html,x",
            "https://",
            "https:///a",
            "https://user:secret@example.org/",
            "https://exa mple.org/",
            "https://example.org/\nX: y",
            "https://example.org\\@evil.example/",
            "https://example.org/\"onload=",
            "https://[::1/",
        ] {
            assert_eq!(WebUrl::parse(url).unwrap_err().code, ViolationCode::Invalid, "{url:?}");
        }
        let long = format!("https://example.org/{}", "a".repeat(2048));
        assert_eq!(WebUrl::parse(&long).unwrap_err().code, ViolationCode::TooLong);
    }
}
