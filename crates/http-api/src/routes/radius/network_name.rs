//! The User-Name of an Access-Accept, for records by access points that lose the Class.
//!
//! RADIUS proxies route a record by the realm of its User-Name, so the name ends in the organization's realm. It has to
//! be a network access identifier (RFC 7542): proxies drop names with a second `@` or with blanks.

use domain::value::{CustomerId, HostName, Username};

/// The maximum length of an attribute's value, in bytes (RFC 2865, 5).
const MAX_ATTRIBUTE_BYTES: usize = 253;

/// A name that identifies a customer of the organization with this realm.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NetworkName {
    /// The username, which is routable as it is.
    Username,
    /// The username with the realm. It must not be used if another customer has it as a username.
    WithRealm(String),
    /// The customer's id with the realm: the username cannot be part of an identifier, or is itself a customer's id or the outer
    /// identity.
    Id,
}

impl NetworkName {
    pub(super) fn of(username: &Username, realm: Option<&HostName>) -> Self {
        if is_outer_identity(username.as_str(), realm) {
            return Self::Id;
        }
        let (Some(realm), username) = (realm, username.as_str()) else { return Self::Username };
        if let Some(local) = Username::without_realm(username, realm) {
            return if is_local_part(local) { Self::Username } else { Self::Id };
        }
        let name = with_realm(username, realm);
        if is_local_part(username) && name.len() <= MAX_ATTRIBUTE_BYTES { Self::WithRealm(name) } else { Self::Id }
    }
}

/// The customer's id as a name. A realm that is too long to follow it is omitted; no proxy routes by such a realm.
pub(super) fn id_with_realm(customer_id: CustomerId, realm: &HostName) -> String {
    let name = with_realm(&customer_id.to_string(), realm);
    if name.len() <= MAX_ATTRIBUTE_BYTES { name } else { customer_id.to_string() }
}

/// Whether the name is the outer identity of our profiles, with the realm or without. All devices show it outside of the tunnel,
/// so it identifies no customer, also if one has it as a username.
pub(super) fn is_outer_identity(name: &str, realm: Option<&HostName>) -> bool {
    let local = realm.and_then(|realm| Username::without_realm(name, realm)).unwrap_or(name);
    local.trim().eq_ignore_ascii_case("anonymous")
}

/// The customer whose id is in the name.
pub(super) fn customer_in(name: &str, realm: Option<&HostName>) -> Option<CustomerId> {
    let local = realm.and_then(|realm| Username::without_realm(name, realm)).unwrap_or(name);
    CustomerId::parse(local).ok()
}

fn with_realm(name: &str, realm: &HostName) -> String {
    format!("{name}@{}", realm.as_str())
}

/// Whether the text can precede the `@`: words of letters, digits and some signs, separated by dots (RFC 7542, 2.2). An
/// id cannot, since it would identify the customer that has it.
fn is_local_part(text: &str) -> bool {
    let is_allowed = |char: char| match char {
        char if char.is_ascii() => char.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(char),
        char => !char.is_whitespace() && !char.is_control(),
    };
    let is_word = |word: &str| !word.is_empty() && word.chars().all(is_allowed);
    text.split('.').all(is_word) && CustomerId::parse(text).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: u128 = 0x0197_f2c8_d0a0_7c53_b0d1_f1f4_b0c7_a004;

    fn realm(text: &str) -> HostName {
        HostName::parse(text).unwrap()
    }

    #[test]
    fn a_username_gets_the_realm_that_it_lacks() {
        let realm = realm("wifi.example.org");
        let of = |username: &str| NetworkName::of(&Username::parse(username).unwrap(), Some(&realm));
        for username in ["ada", "a.b", "Übel", "日本", "a+b=c%20"] {
            assert_eq!(of(username), NetworkName::WithRealm(format!("{username}@wifi.example.org")));
        }
        for username in ["ada@wifi.example.org", "ada@WIFI.example.org"] {
            assert_eq!(of(username), NetworkName::Username, "{username}");
        }
    }

    #[test]
    fn a_username_that_proxies_drop_is_replaced_by_the_id() {
        let realm = realm("wifi.example.org");
        let id = CustomerId::from_bits(ID).to_string();
        for username in
            ["ada@example.com", "a b", "a\u{a0}b", "a..b", ".a", "a.", "\"a\"", "a,b", "a@b@wifi.example.org", &id]
        {
            let name = NetworkName::of(&Username::parse(username).unwrap(), Some(&realm));
            assert_eq!(name, NetworkName::Id, "{username}");
        }
    }

    #[test]
    fn without_a_realm_there_is_nothing_to_route_by() {
        for username in ["ada", "a b", "ada@example.com"] {
            assert_eq!(NetworkName::of(&Username::parse(username).unwrap(), None), NetworkName::Username, "{username}");
        }
    }

    #[test]
    fn the_outer_identity_identifies_nobody() {
        let realm = realm("wifi.example.org");
        for name in ["anonymous", "Anonymous", "anonymous@wifi.example.org", "ANONYMOUS@WIFI.example.org"] {
            assert!(is_outer_identity(name, Some(&realm)), "{name}");
            assert_eq!(NetworkName::of(&Username::parse(name).unwrap(), Some(&realm)), NetworkName::Id, "{name}");
        }
        assert!(is_outer_identity("anonymous", None));
        assert_eq!(NetworkName::of(&Username::parse("anonymous").unwrap(), None), NetworkName::Id);
        for name in ["ada", "anonymous2", "anonymous@example.com", "ada@wifi.example.org"] {
            assert!(!is_outer_identity(name, Some(&realm)), "{name}");
        }
    }

    #[test]
    fn a_name_fits_an_attribute() {
        let label = "a".repeat(63);
        let longest = realm(&[&label[..], &label, &label, &label[..61]].join("."));
        assert_eq!(longest.as_str().len(), 253);
        let ada = Username::parse("ada").unwrap();
        assert_eq!(NetworkName::of(&ada, Some(&longest)), NetworkName::Id);
        assert_eq!(id_with_realm(CustomerId::from_bits(ID), &longest).len(), 32);
    }

    #[test]
    fn an_id_leads_back_with_and_without_the_realm() {
        let (id, realm) = (CustomerId::from_bits(ID), realm("wifi.example.org"));
        for name in [id_with_realm(id, &realm), id.to_string(), format!("{id}@WIFI.example.org")] {
            assert_eq!(customer_in(&name, Some(&realm)), Some(id), "{name}");
        }
        for name in ["ada@wifi.example.org", &format!("{id}@example.com"), ""] {
            assert_eq!(customer_in(name, Some(&realm)), None, "{name}");
        }
    }
}
