//! Text of one line, measured in bytes, as Wi-Fi and devices do.

use super::text::refuse_blank_and_controls;
use crate::{InvalidValue, limits};

/// A text of 1 to `MAX` bytes, not blank, without control characters, kept as given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Line<const MAX: usize>(String);

/// An SSID.
pub type Ssid = Line<{ limits::SSID_BYTES }>;
/// The name of a network on devices.
pub type FriendlyName = Line<{ limits::FRIENDLY_NAME_BYTES }>;
/// A text attribute of a RADIUS packet.
pub type Attribute = Line<{ limits::ATTRIBUTE_BYTES }>;

impl<const MAX: usize> Line<MAX> {
    /// Parses a text.
    ///
    /// # Errors
    /// The text is blank, longer than `MAX` bytes, or has control characters.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        refuse_blank_and_controls(text)?;
        if text.len() > MAX {
            return Err(InvalidValue::too_long(MAX, "bytes"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text of octets that should be UTF-8 but need not be: unchanged if they are, otherwise read as Latin-1, which
    /// old access points write, otherwise as hexadecimal digits after `0x`. It is truncated if necessary. `None` if it
    /// would be blank.
    pub fn of_octets(octets: &[u8]) -> Option<Self> {
        let readable = std::str::from_utf8(octets).ok().map(str::to_owned);
        let latin: String = octets.iter().copied().map(char::from).collect();
        if latin.trim().is_empty() {
            return None;
        }
        let hex = octets.iter().fold("0x".to_owned(), |hex, octet| format!("{hex}{octet:02x}"));
        readable.into_iter().chain([latin, hex]).find_map(|text| Self::parse(cut(&text, MAX)).ok())
    }

    /// The text as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The longest prefix with at most this many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
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
    fn octets_are_shown_as_well_as_they_can_be() {
        let shown = |octets: &[u8]| Line::<8>::of_octets(octets).map(|line| line.as_str().to_owned());
        for (octets, expected) in [
            (&b"Lobby"[..], "Lobby"),
            ("Gäste".as_bytes(), "Gäste"),
            (b"G\xe4ste", "Gäste"),
            (b"\x02\x11\x22", "0x021122"),
            (b"\xff\x00", "0xff00"),
            (b"123456789", "12345678"),
            ("1234567ä".as_bytes(), "1234567"),
            (b"\x02\x11\x22\x33", "0x021122"),
        ] {
            assert_eq!(shown(octets).as_deref(), Some(expected), "{octets:?}");
        }
        for nothing in [&b""[..], b"  ", b"\t\n"] {
            assert_eq!(shown(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn refuses_blank_and_controls() {
        for text in ["", "  ", "a\0", "a\nb"] {
            assert_eq!(Line::<9>::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
    }
}
