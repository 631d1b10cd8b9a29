//! E-mail addresses.

use validator::ValidateEmail;

use crate::{InvalidValue, limits};

/// An e-mail address, trimmed and otherwise kept as typed.
///
/// Two addresses are the same when their [`Email::key`]s are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Email {
    text: String,
    key: String,
}

impl Email {
    /// # Errors
    /// Not an address by the rules of HTML (what browsers accept in a form), or too long.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = text.trim();
        if text.chars().count() > limits::EMAIL {
            return Err(InvalidValue::too_long(limits::EMAIL, "characters"));
        }
        if !text.validate_email() {
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

/// Made once: it takes longer than to store the address, and is asked for many times on the way there.
fn key(text: &str) -> String {
    let (local, domain) = text.rsplit_once('@').unwrap_or((text, ""));
    // An address literal such as [127.0.0.1] is valid but no IDNA domain.
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
    fn compares_without_case_and_by_idna_domain() {
        let key = |text| Email::parse(text).unwrap().key().to_owned();
        assert_eq!(key("Mario@BÜCHER.example"), "mario@xn--bcher-kva.example");
        assert_eq!(key("mario@xn--bcher-kva.example"), key("MARIO@bücher.Example"));
        assert_eq!(key("a+b@X.org"), "a+b@x.org");
        assert_eq!(key("a@[127.0.0.1]"), "a@[127.0.0.1]");
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in ["", "a", "a@", "@b.org", "a b@c.org", "a@b..org", "a\0@b.org", "a@b_c.org"] {
            assert_eq!(Email::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
        let long = format!("{}@{}.org", "a".repeat(64), "b.".repeat(120));
        assert_eq!(Email::parse(&long).unwrap_err().code, ViolationCode::TooLong);
    }
}
