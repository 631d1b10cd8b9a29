//! Usernames of customers.

use super::HostName;
use super::text::refuse_blank_and_controls;
use super::visible::without_marks;
use crate::{InvalidValue, limits};

/// The username of a customer at the RADIUS server, unique in the organization, compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

impl Username {
    /// Parses 1 to 63 bytes of UTF-8, kept as given, except for invisible marks, which people could not type.
    ///
    /// # Errors
    /// Blank, too long, or with a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::restore(&without_marks(text))
    }

    /// Restores a username that was accepted before, with any invisible marks.
    ///
    /// # Errors
    /// As for [`Username::parse`].
    pub fn restore(text: &str) -> Result<Self, InvalidValue> {
        refuse_blank_and_controls(text)?;
        if text.len() > limits::USERNAME_BYTES {
            return Err(InvalidValue::too_long(limits::USERNAME_BYTES, "bytes"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The usernames that a name at a RADIUS server may stand for, the most likely first: the name itself, then without
    /// the organization's own realm, whose case is ignored. Profiles add the realm to the username, so that partners'
    /// networks can route it. Last comes the name without invisible marks.
    pub fn meant_by(name: &str, realm: Option<&HostName>) -> Vec<Self> {
        let seen = without_marks(name);
        let with_and_without_realm = |name| [Some(name), realm.and_then(|realm| Self::without_realm(name, realm))];
        let names = std::iter::once(name).chain((seen != name).then_some(&*seen));
        names.flat_map(with_and_without_realm).flatten().filter_map(|name| Self::restore(name).ok()).collect()
    }

    /// The part of a name before the `@` and this realm, whose case is ignored. `None` if the name does not end in
    /// them.
    pub fn without_realm<'a>(name: &'a str, realm: &HostName) -> Option<&'a str> {
        let (bare, given) = name.rsplit_once('@')?;
        given.eq_ignore_ascii_case(realm.as_str()).then_some(bare)
    }

    /// A substitute for an unreadable username. No customer gets it.
    pub(crate) fn stand_in() -> Self {
        Self("unreadable".to_owned())
    }

    /// The username as given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn a_name_may_have_the_organizations_realm() {
        let realm = HostName::parse("Wifi.example.org").unwrap();
        let meant = |name: &str, realm| -> Vec<_> {
            Username::meant_by(name, realm).into_iter().map(|name| name.as_str().to_owned()).collect()
        };
        assert_eq!(meant("ada@wifi.EXAMPLE.org", Some(&realm)), ["ada@wifi.EXAMPLE.org", "ada"]);
        assert_eq!(meant("a@b@wifi.example.org", Some(&realm)), ["a@b@wifi.example.org", "a@b"]);
        for name in ["ada", "ada@example.org", "ada@x.wifi.example.org", "ada@wifi.example.org@"] {
            assert_eq!(meant(name, Some(&realm)), [name]);
        }
        assert_eq!(meant("ada@wifi.example.org", None), ["ada@wifi.example.org"]);
        assert_eq!(meant("\u{200E}ada@wifi.example.org", Some(&realm))[2..], ["ada@wifi.example.org", "ada"]);
        // Texts that cannot be usernames are not returned.
        assert_eq!(meant("@wifi.example.org", Some(&realm)), ["@wifi.example.org"]);
        assert_eq!(meant(&format!("{}@wifi.example.org", "a".repeat(63)), Some(&realm)), ["a".repeat(63)]);
        assert_eq!(meant("", Some(&realm)), [""; 0]);
    }

    #[test]
    fn is_bounded_in_bytes() {
        assert!(Username::parse(&"ä".repeat(31)).is_ok());
        assert_eq!(Username::parse(&"ä".repeat(32)).unwrap_err().code, ViolationCode::TooLong);
        for text in ["", " ", "a\nb", "a\0"] {
            assert_eq!(Username::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
    }
}
