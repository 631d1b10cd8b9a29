//! Network passwords.

use super::text::refuse_nul;
use crate::{InvalidValue, limits};

/// The password of a customer at the RADIUS server. It is recoverable, since a Wi-Fi profile has to contain it; a store
/// keeps it sealed ([`crate::ports::PasswordSealer`]). `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    /// Parses 1 to 128 bytes of UTF-8, kept as given.
    ///
    /// # Errors
    /// Empty, too long, with U+0000, or with a character outside the Basic Multilingual Plane, which MSCHAPv2 (UCS-2)
    /// cannot carry.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if text.is_empty() {
            return Err(InvalidValue::invalid("must not be empty"));
        }
        refuse_nul(text)?;
        if text.len() > limits::PASSWORD_BYTES {
            return Err(InvalidValue::too_long(limits::PASSWORD_BYTES, "bytes"));
        }
        if text.chars().any(|c| c > '\u{FFFF}') {
            return Err(InvalidValue::invalid("must stay within the Basic Multilingual Plane"));
        }
        Ok(Self(text.to_owned()))
    }

    /// A substitute for an unreadable password. No customer gets it.
    pub(crate) fn stand_in() -> Self {
        Self("unreadable".to_owned())
    }

    /// The password itself. Call it only where it is passed to its owner or sealed.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn is_bounded_and_within_the_bmp() {
        assert!(Password::parse(&"p".repeat(128)).is_ok());
        assert_eq!(Password::parse(&"p".repeat(129)).unwrap_err().code, ViolationCode::TooLong);
        for text in ["", "a\0", "smile 😀"] {
            assert_eq!(Password::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
    }

    #[test]
    fn debug_hides_it() {
        assert_eq!(format!("{:?}", Password::parse("geheim").unwrap()), "Password(..)");
    }
}
