//! What keeps a file from being made, and which setting is to blame.

use std::fmt;

/// Why a file cannot be made. Neither form of it repeats the value, which may be secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The value is not there, or blank.
    #[error("{field} is missing")]
    Missing {
        /// What is wrong.
        field: Field,
    },
    /// The value is longer than every device can take.
    #[error("{field} must not be longer than {limit} bytes")]
    TooLong {
        /// What is wrong.
        field: Field,
        /// The most that is possible, in bytes of UTF-8.
        limit: usize,
    },
    /// There are more values than every device can take.
    #[error("{field} must not have more than {limit} entries")]
    TooMany {
        /// What is wrong.
        field: Field,
        /// The most that is possible.
        limit: usize,
    },
    /// The value is not of the form, or not of the kind, that is needed.
    #[error("{field} {fault}")]
    Invalid {
        /// What is wrong.
        field: Field,
        /// What it must or must not be, to be read after the field.
        fault: &'static str,
    },
}

impl Error {
    /// What is wrong.
    pub fn field(self) -> Field {
        match self {
            Self::Missing { field }
            | Self::TooLong { field, .. }
            | Self::TooMany { field, .. }
            | Self::Invalid { field, .. } => field,
        }
    }
}

/// What a file is made of, by the name that it has in settings.
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
    /// The name that the customer logs in by.
    Username,
    /// The password to it.
    Password,
    /// The id of the customer.
    CustomerId,
    /// The certificate of whoever signs, and its chain.
    SigningCertificates,
    /// The key to it.
    SigningKey,
    /// What a QR code is to show.
    Address,
}

impl Field {
    /// As settings spell it.
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
