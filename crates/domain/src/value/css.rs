//! Style sheets.

use super::text::refuse_nul;
use crate::{InvalidValue, limits};

/// A style sheet of at most 16,384 bytes. The page that contains it restricts what it may load; but it cannot end the
/// element that contains it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Css(String);

impl Css {
    /// Parses a style sheet.
    ///
    /// # Errors
    /// Too long; with U+0000, or with `</`, which no style sheet needs.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        refuse_nul(text)?;
        if text.len() > limits::CSS_BYTES {
            return Err(InvalidValue::too_long(limits::CSS_BYTES, "bytes"));
        }
        if text.contains("</") {
            return Err(InvalidValue::invalid("must not contain </"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The style sheet as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cannot_leave_its_element() {
        let css = "main > p {\n  color: red\n}\n@media (width < 40em) {}";
        assert_eq!(Css::parse(css).unwrap().as_str(), css);
        for css in ["p {} </style><script>", "</STYLE >", "p\0", &"p".repeat(16_385)] {
            assert!(Css::parse(css).is_err());
        }
    }
}
