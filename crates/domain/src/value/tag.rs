//! Tags.

use super::text::refuse_blank_and_controls;
use super::visible::visible;
use crate::{InvalidValue, limits};

/// A word to find locations by: 1 to 64 characters, no control characters and no comma, which separates tags.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(String);

impl Tag {
    /// Parses a tag, without surrounding white space and invisible marks.
    ///
    /// # Errors
    /// Blank, too long, or with a comma or a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::restore(&visible(text))
    }

    /// Restores a tag that was accepted when invisible marks were still part of it.
    ///
    /// # Errors
    /// As for [`Tag::parse`].
    pub fn restore(text: &str) -> Result<Self, InvalidValue> {
        refuse_blank_and_controls(text)?;
        if text.contains(',') {
            return Err(InvalidValue::invalid("must not contain a comma"));
        }
        if text.chars().count() > limits::TAG {
            return Err(InvalidValue::too_long(limits::TAG, "characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_no_comma() {
        assert_eq!(Tag::parse(" café & bar ").unwrap().as_str(), "café & bar");
        for text in ["", " ", "a,b", "a\0", &"a".repeat(65)] {
            assert!(Tag::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_tag_from_before_keeps_its_marks() {
        let tag = "ca\u{AD}fé\u{A0}bar";
        assert_eq!(Tag::restore(tag).unwrap().as_str(), tag);
        assert_eq!(Tag::parse(tag).unwrap().as_str(), "cafébar");
        assert!(Tag::restore("a,b").is_err());
    }
}
