//! E-mail addresses.

use std::borrow::Cow;

use validator::ValidateEmail;

use super::visible::{is_invisible, visible};
use crate::{InvalidValue, limits};

/// An e-mail address, without what nobody sees and otherwise kept as typed.
///
/// Two addresses are the same when their [`Email::key`]s are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    text: String,
    key: String,
}

impl Email {
    /// Takes an address that a mail program can use. A full stop as Chinese and Japanese keyboards write it, in the domain,
    /// becomes the dot that it means.
    ///
    /// # Errors
    /// Not an address by the rules of HTML (what browsers accept in a form), with a control or invisible character, at an
    /// IP address instead of a domain, or too long.
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
        // The domain as the DNS knows it is longer than it looks.
        if key.chars().count() > limits::EMAIL {
            return Err(InvalidValue::too_long(limits::EMAIL, "characters"));
        }
        Ok(Self { text: text.into_owned(), key })
    }

    /// Takes an address that was accepted before, by these or by older rules, which let domains through that are IP
    /// addresses: a customer must stay readable.
    ///
    /// # Errors
    /// Nothing around an `@`, with U+0000, or too long.
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

    /// The form in which addresses are compared: the local part in lower case, the domain in lower-case ASCII (IDNA).
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// With the full stops that IDNA takes for a dot (UTS 46, 2.3) as dots, behind the `@`.
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

/// Whether programs read a domain, in the form of a key, as an IP address: its last part is a number, decimal or hexadecimal
/// (WHATWG URL, "ends in a number"). Digits of other widths are ASCII in a key.
fn is_ip(domain: &str) -> bool {
    let last = domain.strip_suffix('.').unwrap_or(domain).rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hexadecimal || last.bytes().all(|byte| byte.is_ascii_digit())
}

/// Made once: it takes longer than to store the address, and is asked for many times on the way there.
fn key(text: &str) -> String {
    let (local, domain) = text.rsplit_once('@').unwrap_or((text, ""));
    // An address literal such as [127.0.0.1], which older versions took, is no IDNA domain.
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
            // What validator takes for an address at an IP address, in two lines and with anything before it.
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
