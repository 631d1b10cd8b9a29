//! Logging in as a customer.

use crate::token::SecretHash;
use crate::value::{CustomerId, Password, ShortText};

/// What has to be known of a customer who logs in.
#[derive(Debug, Clone, PartialEq)]
pub struct Credential {
    /// Whose it is.
    pub customer_id: CustomerId,
    /// The right password.
    pub password: Password,
    /// A locked customer cannot log in anywhere.
    pub locked: bool,
    /// The customer's id in an outside system.
    pub ext_id: Option<ShortText>,
}

impl Credential {
    /// The credential of the one who has the name that was given, if this is the password and the customer may log in.
    ///
    /// It takes the same work whoever has the name, if anybody has. Hashes are compared because they are of one length,
    /// whatever that of the passwords is.
    pub fn admit(found: Option<Self>, shown: &str) -> Option<Self> {
        let right = SecretHash::of(found.as_ref().map_or("", |credential| credential.password.reveal()));
        let same = right.matches(SecretHash::of(shown));
        found.filter(|credential| same && !credential.locked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(locked: bool) -> Credential {
        let password = Password::parse("geheim").unwrap();
        Credential { customer_id: CustomerId::from_bits(1), password, locked, ext_id: None }
    }

    #[test]
    fn the_right_password_of_somebody_who_is_not_locked_gets_in() {
        assert_eq!(Credential::admit(Some(credential(false)), "geheim"), Some(credential(false)));
        for (found, shown) in [
            (Some(credential(false)), "Geheim"),
            (Some(credential(false)), "geheim "),
            (Some(credential(false)), ""),
            (Some(credential(true)), "geheim"),
            (None, "geheim"),
            (None, ""),
        ] {
            assert_eq!(Credential::admit(found, shown), None, "{shown}");
        }
    }
}
