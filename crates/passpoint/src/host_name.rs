//! Domains, realms and host names.

use crate::limits::{HOST_LABEL_BYTES, HOST_NAME_BYTES};
use crate::{Error, Field};

/// A fully qualified DNS name in lower case; an international name is in its ASCII form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostName(String);

impl HostName {
    pub(crate) fn parse(field: Field, text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Err(Error::Missing { field });
        }
        if text.len() > HOST_NAME_BYTES {
            return Err(Error::TooLong { field, limit: HOST_NAME_BYTES });
        }
        if !(text.contains('.') && text.split('.').all(is_label)) {
            return Err(Error::Invalid {
                field,
                fault: "must be a host name with its domain, such as wifi.example.org",
            });
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the name is the domain or below it.
    pub(crate) fn is_within(&self, domain: &Self) -> bool {
        self.0.strip_suffix(&domain.0).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    }

    /// The name with its labels reversed, the top-level domain first.
    pub(crate) fn reversed(&self) -> String {
        self.0.rsplit('.').collect::<Vec<_>>().join(".")
    }
}

fn is_label(label: &str) -> bool {
    (1..=HOST_LABEL_BYTES).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<HostName, Error> {
        HostName::parse(Field::Domain, text)
    }

    #[test]
    fn is_a_name_of_the_dns_with_its_domain() {
        assert_eq!(parse("WiFi.Example.org").unwrap().as_str(), "wifi.example.org");
        assert!(parse("xn--bcher-kva.example").is_ok());
        for text in
            ["example", "a..b", ".a.b", "a.b.", "a b.c", "a_b.c", "-a.b", "a-.b", "bücher.example", "*.a.b", "a.b;c"]
        {
            assert!(matches!(parse(text), Err(Error::Invalid { .. })), "{text}");
        }
        assert_eq!(parse(""), Err(Error::Missing { field: Field::Domain }));
    }

    #[test]
    fn is_bounded_as_the_dns_is() {
        let label = "a".repeat(63);
        let name = format!("{label}.{label}.{label}.{}", "b".repeat(61));
        assert_eq!(name.len(), 253);
        assert!(parse(&name).is_ok());
        assert_eq!(parse(&format!("{name}b")), Err(Error::TooLong { field: Field::Domain, limit: 253 }));
        assert!(matches!(parse(&format!("{label}a.b")), Err(Error::Invalid { .. })));
    }

    #[test]
    fn is_within_a_domain_by_whole_labels() {
        let domain = parse("example.org").unwrap();
        assert!(domain.is_within(&domain));
        assert!(parse("radius.example.org").unwrap().is_within(&domain));
        assert!(!parse("badexample.org").unwrap().is_within(&domain));
        assert!(!domain.is_within(&parse("radius.example.org").unwrap()));
    }

    #[test]
    fn turns_round() {
        assert_eq!(parse("wifi.example.org").unwrap().reversed(), "org.example.wifi");
    }
}
