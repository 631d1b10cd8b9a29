//! Bounded free text.

use super::visible::without_marks;
use crate::{InvalidValue, limits};

/// A text of 1 to `MAX` characters, not blank, without U+0000 (which some stores cannot hold). Kept as given, except
/// for invisible marks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text<const MAX: usize>(String);

/// First and last name, company, external ids, members of documents and devices.
pub type ShortText = Text<{ limits::SHORT_TEXT }>;
/// A postal code.
pub type ZipCode = Text<{ limits::ZIP_CODE }>;
/// A picture's address or data URL.
pub type Picture = Text<{ limits::PICTURE }>;
/// An app's address for push messages.
pub type PushToken = Text<{ limits::PUSH_TOKEN }>;
/// The name of an organization, a location or a service.
pub type Name = Text<{ limits::NAME }>;

impl<const MAX: usize> Text<MAX> {
    /// Parses a text.
    ///
    /// # Errors
    /// The text is blank, longer than `MAX` characters, or contains U+0000.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::restore(&without_marks(text))
    }

    /// Restores a text that was accepted before, with any invisible marks: keys are derived from it.
    ///
    /// # Errors
    /// As for [`Text::parse`].
    pub fn restore(text: &str) -> Result<Self, InvalidValue> {
        if text.trim().is_empty() {
            return Err(InvalidValue::invalid("must not be blank"));
        }
        refuse_nul(text)?;
        if text.chars().count() > MAX {
            return Err(InvalidValue::too_long(MAX, "characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// PostgreSQL cannot store U+0000, so every text refuses it.
pub(super) fn refuse_nul(text: &str) -> Result<(), InvalidValue> {
    if text.contains('\0') { Err(InvalidValue::invalid("must not contain U+0000")) } else { Ok(()) }
}

/// For names that are part of a line.
pub(super) fn refuse_blank_and_controls(text: &str) -> Result<(), InvalidValue> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(InvalidValue::invalid("must not be blank nor contain control characters"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn counts_characters_not_bytes() {
        assert_eq!(Text::<3>::parse("äöü").unwrap().as_str(), "äöü");
        assert_eq!(Text::<3>::parse("äöüß").unwrap_err().code, ViolationCode::TooLong);
    }

    #[test]
    fn refuses_blank_and_nul() {
        for text in ["", " \t", "a\0b"] {
            assert_eq!(Text::<9>::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
    }

    #[test]
    fn marks_are_no_part_of_it_but_stay_in_what_is_stored() {
        assert_eq!(Text::<9>::parse("\u{200B}crm-1\u{FEFF}").unwrap().as_str(), "crm-1");
        assert_eq!(Text::<9>::restore("\u{200B}crm-1").unwrap().as_str(), "\u{200B}crm-1");
        assert!(Text::<9>::parse("\u{200B}\u{A0}").is_err());
    }

    #[test]
    fn keeps_surrounding_spaces() {
        assert_eq!(Text::<9>::parse(" a ").unwrap().as_str(), " a ");
    }
}
