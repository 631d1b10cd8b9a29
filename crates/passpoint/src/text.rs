//! Text that every format can represent.

use crate::{Error, Field};

/// Refuses text that is empty or too long, and characters that XML cannot represent or that a device would fold or
/// drop.
pub(crate) fn check(field: Field, text: &str, limit: usize) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::Missing { field });
    }
    if text.len() > limit {
        return Err(Error::TooLong { field, limit });
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}')) {
        return Err(Error::Invalid { field, fault: "must not contain control characters" });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_bytes() {
        assert_eq!(check(Field::Username, "ää", 4), Ok(()));
        assert_eq!(check(Field::Username, "ää", 3), Err(Error::TooLong { field: Field::Username, limit: 3 }));
        assert_eq!(check(Field::Username, "", 3), Err(Error::Missing { field: Field::Username }));
    }

    #[test]
    fn refuses_what_xml_cannot_hold_and_what_parsers_fold() {
        for text in ["a\0", "a\tb", "a\nb", "a\rb", "a\u{7F}", "a\u{85}b", "a\u{FFFE}", "a\u{FFFF}"] {
            let error = check(Field::Password, text, 9).unwrap_err();
            assert_eq!(error.to_string(), "password must not contain control characters", "{text:?}");
        }
        assert_eq!(check(Field::Password, " <&>\"'%\u{A0}日😀 ", 99), Ok(()));
    }
}
