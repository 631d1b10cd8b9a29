//! Identifiers of roaming consortiums.

use super::visible::visible;
use crate::InvalidValue;

/// An organization identifier of a roaming consortium: 3 or 5 bytes, written as upper-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoamingConsortium(String);

impl RoamingConsortium {
    /// Parses 6 or 10 hexadecimal digits in either case.
    ///
    /// # Errors
    /// Anything else.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        if matches!(text.len(), 6 | 10) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(InvalidValue::invalid("must be 6 or 10 hexadecimal digits"))
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_3_or_5_bytes_of_hex() {
        assert_eq!(RoamingConsortium::parse("5a03ba0000").unwrap().as_str(), "5A03BA0000");
        assert_eq!(RoamingConsortium::parse("004096").unwrap().as_str(), "004096");
        for text in ["", "00409", "0040960", "00-40-96", "0x4096", "00409g", "００４"] {
            assert!(RoamingConsortium::parse(text).is_err(), "{text:?}");
        }
    }
}
