//! DNS names: realms, domains, names in certificates.

use super::visible::visible;
use crate::{InvalidValue, limits};

/// The maximum length of a label, in bytes (RFC 1035, 2.3.4).
const LABEL_BYTES: usize = 63;

/// A host name, a domain or a realm: ASCII letters, digits and hyphens, separated by dots, at most 253 bytes. Its case
/// is kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct HostName(String);

impl HostName {
    /// Parses a name.
    ///
    /// # Errors
    /// Not such a name.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        if text.len() > limits::HOST_NAME_BYTES {
            return Err(InvalidValue::too_long(limits::HOST_NAME_BYTES, "bytes"));
        }
        if text.split('.').all(is_label) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidValue::invalid("must be a name like example.org, in ASCII"))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name in a server's certificate, or `*.` and the suffix of several names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ServerName(String);

impl ServerName {
    /// Parses a name.
    ///
    /// # Errors
    /// Not such a name.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        let text = &*visible(text);
        HostName::parse(text.strip_prefix("*.").unwrap_or(text))?;
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_BYTES).contains(&label.len())
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn takes_names_of_the_dns() {
        for name in ["example.org", "Wi-Fi.example.org", "xn--bcher-kva.example", "localhost", "1.example"] {
            assert_eq!(HostName::parse(name).unwrap().as_str(), name);
        }
        for name in
            ["", "a..b", ".org", "org.", "-a.org", "a-.org", "bücher.example", "a b", "a_b", "*.example.org", "a@b"]
        {
            assert_eq!(HostName::parse(name).unwrap_err().code, ViolationCode::Invalid, "{name:?}");
        }
        assert!(HostName::parse(&format!("{}.org", "a".repeat(64))).is_err());
        let long = ["a".repeat(60).as_str(); 5].join(".");
        assert_eq!(HostName::parse(&long).unwrap_err().code, ViolationCode::TooLong);
    }

    #[test]
    fn a_certificate_may_be_for_several_names() {
        assert_eq!(ServerName::parse("*.example.org").unwrap().as_str(), "*.example.org");
        assert_eq!(ServerName::parse("radius.example.org").unwrap().as_str(), "radius.example.org");
        for name in ["*", "*.", "*.*.org", "a.*.org"] {
            assert!(ServerName::parse(name).is_err(), "{name:?}");
        }
    }
}
