//! Reasons why a file cannot be created, with the setting that is the cause.

use std::fmt;

/// A reason why a file cannot be created. Neither `Display` nor `Debug` repeats the value, which may be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The value is missing or blank.
    #[error("{field} is missing")]
    Missing {
        /// The invalid field.
        field: Field,
    },
    /// The value is too long for some device.
    #[error("{field} must not be longer than {limit} bytes")]
    TooLong {
        /// The invalid field.
        field: Field,
        /// The maximum length in bytes of UTF-8.
        limit: usize,
    },
    /// There are too many values for some device.
    #[error("{field} must not have more than {limit} entries")]
    TooMany {
        /// The invalid field.
        field: Field,
        /// The maximum number.
        limit: usize,
    },
    /// The value does not have the required form or kind.
    #[error("{field} {fault}")]
    Invalid {
        /// The invalid field.
        field: Field,
        /// What the value must or must not be, phrased to follow the field's name.
        fault: &'static str,
    },
}

impl Error {
    /// The invalid field.
    pub fn field(self) -> Field {
        match self {
            Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::Invalid { field, .. } => field,
        }
    }
}

/// An input of a file, by its name in the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// [`crate::ProviderDescription::realm`]
    Realm,
    /// [`crate::ProviderDescription::friendly_name`]
    FriendlyName,
    /// [`crate::ProviderDescription::domain`]
    Domain,
    /// [`crate::ProviderDescription::server_names`]
    ServerNames,
    /// [`crate::ProviderDescription::inner_method`]
    InnerMethod,
    /// [`crate::ProviderDescription::roaming_consortiums`]
    RoamingConsortiums,
    /// [`crate::ProviderDescription::ca_certificate`]
    CaCertificate,
    /// [`crate::ProviderDescription::ssid`]
    Ssid,
    /// The name with which the customer logs in.
    Username,
    /// The customer's password.
    Password,
    /// The id of the customer.
    CustomerId,
    /// The signer's certificate and its chain.
    SigningCertificates,
    /// The signer's key.
    SigningKey,
    /// The content of a QR code.
    Address,
}

impl Field {
    /// The field's name in the settings.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Realm => "realm",
            Self::FriendlyName => "friendlyName",
            Self::Domain => "domain",
            Self::ServerNames => "serverNames",
            Self::InnerMethod => "innerMethod",
            Self::RoamingConsortiums => "roamingConsortiums",
            Self::CaCertificate => "caCertificate",
            Self::Ssid => "ssid",
            Self::Username => "username",
            Self::Password => "password",
            Self::CustomerId => "customerId",
            Self::SigningCertificates => "signingCertificates",
            Self::SigningKey => "signingKey",
            Self::Address => "address",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
