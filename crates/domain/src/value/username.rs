//! Names under which customers log in.

use super::text::refuse_blank_and_controls;
use crate::{InvalidValue, limits};

/// The name of a customer at the RADIUS server, unique in the organization, compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

impl Username {
    /// Takes 1 to 63 bytes of UTF-8, kept as given.
    ///
    /// # Errors
    /// Blank, too long, or with a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        refuse_blank_and_controls(text)?;
        if text.len() > limits::USERNAME_BYTES {
            return Err(InvalidValue::too_long(limits::USERNAME_BYTES, "bytes"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn is_bounded_in_bytes() {
        assert!(Username::parse(&"ä".repeat(31)).is_ok());
        assert_eq!(Username::parse(&"ä".repeat(32)).unwrap_err().code, ViolationCode::TooLong);
        for text in ["", " ", "a\nb", "a\0"] {
            assert_eq!(Username::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
    }
}
