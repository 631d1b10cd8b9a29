//! E-mail addresses.

use std::borrow::Cow;

use validator::ValidateEmail;

use super::visible::{is_invisible, visible};
use crate::{InvalidValue, limits};

/// An e-mail address as typed, without invisible characters.
///
/// Two addresses are equal if their [`Email::key`]s are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    text: String,
    key: String,
}

impl Email {
    /// Parses an address that mail programs can use. In the domain, the full stop of Chinese and Japanese keyboards is
    /// converted to the dot that it stands for.
    ///
    /// # Errors
    /// Not an address by the rules of HTML (what browsers accept in a form), with a control or invisible character, at
    /// an IP address instead of a domain, or too long.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = dotted(visible(text));
        if text.chars().count() > limits::EMAIL {
            return Err(InvalidValue::too_long(limits::EMAIL, "characters"));
        }
        let invalid = || InvalidValue::invalid("must be an e-mail address");
        if !is_address(&text) {
            return Err(invalid());
        }
        let key = key(&text);
        if key.rsplit_once('@').is_none_or(|(_, domain)| is_ip(domain)) {
            return Err(invalid());
        }
        // The DNS form of the domain may be longer than its display form.
        if key.chars().count() > limits::EMAIL {
            return Err(InvalidValue::too_long(limits::EMAIL, "characters"));
        }
        Ok(Self { text: text.into_owned(), key })
    }

    /// Restores an address that was accepted by these or by older rules, which permitted domains that are IP addresses:
    /// a customer must remain readable.
    ///
    /// # Errors
    /// Nothing before or after an `@`, with U+0000, or too long.
    pub fn restore(text: &str) -> Result<Self, InvalidValue> {
        let (local, domain) = text.rsplit_once('@').unwrap_or_default();
        if local.is_empty() || domain.is_empty() || text.contains('\0') || text.chars().count() > limits::EMAIL {
            return Err(InvalidValue::invalid("must be an e-mail address"));
        }
        Ok(Self { text: text.to_owned(), key: key(text) })
    }

    /// The address as it was typed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The normalized form for comparisons: the local part in lower case, the domain in lower-case ASCII (IDNA).
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// The address with the full stops that IDNA treats as dots (UTS 46, 2.3) converted to dots after the `@`.
fn dotted(text: Cow<'_, str>) -> Cow<'_, str> {
    const FULL_STOPS: [char; 3] = ['\u{3002}', '\u{FF0E}', '\u{FF61}'];
    match text.rsplit_once('@') {
        Some((local, domain)) if domain.contains(FULL_STOPS) => {
            Cow::Owned(format!("{local}@{}", domain.replace(FULL_STOPS, ".")))
        }
        _ => text,
    }
}

fn is_address(text: &str) -> bool {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !is_invisible(c) && !matches!(c, '[' | ']');
    text.chars().all(is_plain) && text.validate_email()
}

/// Whether programs read a domain, in normalized form, as an IP address: its last label is a number, decimal or
/// hexadecimal (WHATWG URL, "ends in a number"). Full-width digits are ASCII in the normalized form.
fn is_ip(domain: &str) -> bool {
    let last = domain.strip_suffix('.').unwrap_or(domain).rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit())
}

/// Computed once: it takes longer than storing the address, and is needed many times before that.
fn key(text: &str) -> String {
    let (local, domain) = text.rsplit_once('@').unwrap_or((text, ""));
    // An address literal such as [127.0.0.1], which older versions accepted, is not an IDNA domain.
    let domain = idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_lowercase());
    format!("{}@{domain}", local.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn is_trimmed_and_kept_as_typed() {
        assert_eq!(Email::parse("  Mario.Rossi@Example.ORG ").unwrap().as_str(), "Mario.Rossi@Example.ORG");
    }

    #[test]
    fn what_nobody_sees_is_no_part_of_it() {
        for text in [
            "\u{202A}a@x.org\u{202C}",
            "\u{FEFF}a@x.org",
            "a@x.org\u{200B}",
            "a@x.org\u{A0}",
            "a\u{2060}@x\u{AD}.org",
            "a@x\u{3002}org",
            "a@x\u{FF0E}org",
            "a@x\u{FF61}org",
        ] {
            assert_eq!(Email::parse(text).unwrap().as_str(), "a@x.org", "{text:?}");
        }
        for text in ["a@4.example", "a@1x.org", "a@0xff.example.org", "a@b.0xyz"] {
            assert_eq!(Email::parse(text).unwrap().as_str(), text, "a number that is not the last part");
        }
        assert_eq!(Email::parse("a@例え。jp").unwrap().as_str(), "a@例え.jp");
    }

    #[test]
    fn compares_without_case_and_by_idna_domain() {
        let key = |text| Email::parse(text).unwrap().key().to_owned();
        assert_eq!(key("Mario@BÜCHER.example"), "mario@xn--bcher-kva.example");
        assert_eq!(key("mario@xn--bcher-kva.example"), key("MARIO@bücher.Example"));
        assert_eq!(key("a+b@X.org"), "a+b@x.org");
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in [
            "",
            "a",
            "a@",
            "@b.org",
            "a b@c.org",
            "a@b..org",
            "a\0@b.org",
            "a@b_c.org",
            // Texts that the crate validator accepts as an address at an IP address, with line breaks and arbitrary
            // prefixes.
            "a@[127.0.0.1]",
            "a@b.org\r\nBcc: c@[127.0.0.1]",
            "a@<script>[::1]",
            // IP addresses as programs read them.
            "a@1.2.3.4",
            "a@127.1",
            "a@0x7f.1",
            "a@2130706433",
            "a@b.0x1F",
            "a@１２７。０。０。１",
            "a@b\nc.org",
            "a@b\u{200D}c.org",
            "a@b\u{FE0F}c.org",
            "a\u{3164}@b.org",
            "a@b\u{3000}c.org",
        ] {
            assert_eq!(Email::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
        for long in [format!("{}@{}.org", "a".repeat(64), "b.".repeat(120)), format!("a@{}org", "例え.".repeat(60))] {
            assert_eq!(Email::parse(&long).unwrap_err().code, ViolationCode::TooLong);
        }
    }

    #[test]
    fn addresses_of_older_versions_stay_readable() {
        for text in ["a@[127.0.0.1]", "a@127.0.0.1", "a@b.org\nc@[::1]", "a@x\u{3002}org"] {
            assert_eq!(Email::restore(text).unwrap().as_str(), text);
        }
        assert_eq!(Email::restore("A@[127.0.0.1]").unwrap().key(), "a@[127.0.0.1]");
        for text in ["", "nobody", "@b.org", "a@", "a\0@b.org", &format!("{}@b.org", "a".repeat(254))] {
            assert!(Email::restore(text).is_err(), "{text:?}");
        }
    }
}
