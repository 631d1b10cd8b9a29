//! Names of time zones.

use super::visible::visible;
use crate::{InvalidValue, limits};

/// A name in the form of the IANA's time zones, such as `Europe/Rome`. Whether the zone exists is not checked.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimeZone(String);

impl TimeZone {
    /// Parses a name.
    ///
    /// # Errors
    /// Another form.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        let is_part = |part: &str| {
            let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
            !part.is_empty() && part.bytes().all(plain)
        };
        if text.len() <= limits::TIME_ZONE_BYTES && text.split('/').all(is_part) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::invalid("must be the name of a time zone, such as Europe/Rome"))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn has_the_form_of_a_name() {
        for name in ["Europe/Rome", "America/Argentina/Buenos_Aires", "Etc/GMT+1", "UTC"] {
            assert_eq!(TimeZone::parse(name).unwrap().as_str(), name);
        }
        for name in ["", "Europe/", "/Rome", "Europe Rome", "Europe/Röm", &"a".repeat(65)] {
            assert!(TimeZone::parse(name).is_err(), "{name:?}");
        }
    }
}
