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

    /// What octets show that should be text and need not be: as they are; else read as Latin-1, which old access points write;
    /// else as hexadecimal digits behind `0x`. What is too long is cut. `None` where there is nothing to see.
    pub fn of_octets(octets: &[u8]) -> Option<Self> {
        let readable = std::str::from_utf8(octets).ok().map(str::to_owned);
        let latin: String = octets.iter().copied().map(char::from).collect();
        if latin.trim().is_empty() {
            return None;
        }
        let hex = octets.iter().fold("0x".to_owned(), |hex, octet| format!("{hex}{octet:02x}"));
        readable.into_iter().chain([latin, hex]).find_map(|text| Self::parse(cut(&text, MAX)).ok())
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// As much of the beginning as has no more bytes than this.
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
