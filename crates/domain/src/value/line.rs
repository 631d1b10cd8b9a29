//! Text of one line, counted in bytes as radios and phones do.

use super::text::refuse_blank_and_controls;
use crate::{InvalidValue, limits};

/// A text of 1 to `MAX` bytes, not blank, without control characters. Kept as it was given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line<const MAX: usize>(String);

/// The name of a Wi-Fi.
pub type Ssid = Line<{ limits::SSID_BYTES }>;
/// What phones call a network.
pub type FriendlyName = Line<{ limits::FRIENDLY_NAME_BYTES }>;
/// A text of a RADIUS packet.
pub type Attribute = Line<{ limits::ATTRIBUTE_BYTES }>;

impl<const MAX: usize> Line<MAX> {
    /// # Errors
    /// The text is blank, longer than `MAX` bytes, or has control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        refuse_blank_and_controls(text)?;
        if text.len() > MAX {
            return Err(InvalidValue::too_long(MAX, "bytes"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn counts_bytes() {
        assert_eq!(Line::<4>::parse("äö").unwrap().as_str(), "äö");
        assert_eq!(Line::<4>::parse("äöa").unwrap_err().code, ViolationCode::TooLong);
    }

    #[test]
    fn refuses_blank_and_controls() {
        for text in ["", "  ", "a\0", "a\nb"] {
            assert_eq!(Line::<9>::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
    }
}
