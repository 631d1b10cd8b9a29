//! Roles.

use crate::InvalidValue;

/// The kind of program that a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Manages the organization's whole registry.
    OrganizationManager,
    /// Manages locations.
    LocationManager,
    /// An app on customers' devices; its key is not secret.
    PublicApp,
    /// A RADIUS server, which presents a bearer secret instead of logging in.
    Radius,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::OrganizationManager, Self::LocationManager, Self::PublicApp, Self::Radius];

    /// Parses a role.
    ///
    /// # Errors
    /// Not the name of a role.
    pub fn parse(text: &str) -> Result<Self, InvalidValue> {
        Self::ALL.into_iter().find(|role| role.as_str() == text).ok_or_else(|| {
            InvalidValue::invalid("must be one of: organization_manager location_manager public_app radius")
        })
    }

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OrganizationManager => "organization_manager",
            Self::LocationManager => "location_manager",
            Self::PublicApp => "public_app",
            Self::Radius => "radius",
        }
    }
}
