//! An organization's upstream account.

use std::fmt;

use jiff::Timestamp;

use crate::customer::KeyKind;
use crate::value::{OrganizationId, ShortText, WebUrl};
use crate::{InvalidValue, limits};

/// An organization's account in another registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The organization whose customers are sent.
    pub organization_id: OrganizationId,
    /// The address of its API, without a path of its own.
    pub url: WebUrl,
    /// The client key for its login.
    pub client_key: ShortText,
    /// The client secret for its login.
    pub client_secret: ClientSecret,
    /// The organization's id there.
    pub remote_organization: ShortText,
    /// How a customer is identified there before its remote id is known.
    pub identity: Identity,
    /// When it was configured, to the millisecond. A different time means that something may have changed.
    pub set_up_at: Timestamp,
}

/// The value by which the upstream identifies a customer on first delivery, or after the answer to it was lost, so that
/// no customer is created twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Identity {
    /// The external id. A customer without one is sent with its id in this registry.
    ExtId,
    /// Another value by which customers are deduplicated. A customer without it cannot be sent.
    Value(KeyKind),
}

impl Identity {
    /// The name in a `deduplicate` list.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExtId => KeyKind::ExtId.as_str(),
            Self::Value(kind) => kind.as_str(),
        }
    }

    /// Parses a name of a `deduplicate` list, except that of a guid, which identifies a device.
    ///
    /// # Errors
    /// Any other name.
    pub fn parse(name: &str) -> Result<Self, InvalidValue> {
        match KeyKind::ALL.into_iter().find(|kind| kind.is_identity() && kind.as_str() == name) {
            Some(KeyKind::ExtId) => Ok(Self::ExtId),
            Some(kind) => Ok(Self::Value(kind)),
            None => Err(InvalidValue::invalid("must be extId, email, phoneNumber, extProp1 or extProp2")),
        }
    }
}

/// The secret of an account. A store keeps it sealed, and `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// Parses 1 to 255 bytes, kept as given.
    ///
    /// # Errors
    /// Empty, too long, or with a character that is invalid in a header.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidValue::invalid("must be printable ASCII without spaces, and not empty"));
        }
        if text.len() > limits::CLIENT_SECRET_BYTES {
            return Err(InvalidValue::too_long(limits::CLIENT_SECRET_BYTES, "bytes"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The secret itself. Call it only where it goes into a login or into a seal.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ViolationCode;

    #[test]
    fn an_identity_is_parsed_from_its_name() {
        for kind in KeyKind::ALL.into_iter().filter(|kind| kind.is_identity()) {
            assert_eq!(Identity::parse(kind.as_str()).map(Identity::as_str), Ok(kind.as_str()));
        }
        assert_eq!(Identity::parse("extId"), Ok(Identity::ExtId));
        assert_eq!(Identity::parse("guid").unwrap_err().code, ViolationCode::Invalid);
    }

    #[test]
    fn a_secret_is_bounded_and_not_shown() {
        assert_eq!(format!("{:?}", ClientSecret::parse("geheim").unwrap()), "ClientSecret(..)");
        assert_eq!(ClientSecret::parse(&"s".repeat(256)).unwrap_err().code, ViolationCode::TooLong);
        for text in ["", "a b", "a\n", "ä"] {
            assert_eq!(ClientSecret::parse(text).unwrap_err().code, ViolationCode::Invalid, "{text:?}");
        }
    }
}
