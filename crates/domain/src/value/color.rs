//! Colours.

use super::visible::visible;
use crate::InvalidValue;

/// A web colour: `#` and six lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Color(String);

impl Color {
    /// Parses the digits in either case.
    ///
    /// # Errors
    /// Another form.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        let is_hex = |digits: &str| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if text.strip_prefix('#').is_some_and(is_hex) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(InvalidValue::invalid("must be # and six hexadecimal digits"))
        }
    }

    /// The colour as in style sheets.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_one_form() {
        assert_eq!(Color::parse("#1A2b3C").unwrap().as_str(), "#1a2b3c");
        for text in ["", "#", "1a2b3c", "#1a2", "#1a2b3c4", "#1a2b3g", "red", "#1a2b3c;}"] {
            assert!(Color::parse(text).is_err(), "{text:?}");
        }
    }
}
