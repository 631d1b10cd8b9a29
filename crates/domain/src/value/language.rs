//! Languages.

use crate::InvalidValue;

/// A language by its ISO 639-1 code, `it`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language(isolang::Language);

impl Language {
    /// # Errors
    /// Not one of the two-letter codes of ISO 639-1, in any case.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        isolang::Language::from_639_1(&text.trim().to_ascii_lowercase())
            .map(Self)
            .ok_or_else(|| InvalidValue::invalid("must be an ISO 639-1 language code, such as en"))
    }

    /// The code in lower case.
    pub fn as_str(&self) -> &'static str {
        // Made from a 639-1 code, so it has one.
        self.0.to_639_1().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_any_case_and_gives_lower() {
        assert_eq!(Language::parse("IT").unwrap().as_str(), "it");
        assert_eq!(Language::parse(" en ").unwrap().as_str(), "en");
    }

    #[test]
    fn refuses_other_codes() {
        for text in ["", "e", "xx", "eng", "en_US", "en-US"] {
            assert!(Language::parse(text).is_err(), "{text:?}");
        }
    }
}
