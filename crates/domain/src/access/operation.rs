//! The operations of the registry, with the role and scope that each requires.

use super::{Role, Scope};

/// An operation on an organization's data that a service requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Create a customer, or update an existing one.
    CreateCustomer,
    /// The same for many customers at once.
    CreateCustomers,
    /// Change a customer.
    UpdateCustomer,
    /// Lock or unlock a stored customer.
    LockCustomer,
    /// Read a customer with all stored data.
    ReadCustomer,
    /// Check whether a customer with certain values exists.
    SeekCustomer,
    /// Check a customer's username and password.
    CheckCredential,
    /// Erase a customer permanently.
    EraseCustomer,
    /// Report a device on which a customer has the app.
    ReportDevice,
    /// Read the history of a customer.
    ReadHistory,
    /// Read the network sessions of a customer.
    ReadSessions,
    /// List customers.
    ListCustomers,
    /// Issue a token for a customer.
    IssueToken,
    /// Look up the customer of a token.
    LookUpToken,
    /// Read an organization's settings for apps: its policies and its Wi-Fi.
    ReadAppSettings,
    /// Read every setting of an organization.
    ReadSettings,
    /// Change settings of an organization.
    ChangeSettings,
    /// Read locations.
    ReadLocations,
    /// Create a location.
    CreateLocation,
}

impl Operation {
    /// Every operation.
    pub const ALL: [Self; 19] = [
        Self::CreateCustomer,
        Self::CreateCustomers,
        Self::UpdateCustomer,
        Self::LockCustomer,
        Self::ReadCustomer,
        Self::SeekCustomer,
        Self::CheckCredential,
        Self::EraseCustomer,
        Self::ReportDevice,
        Self::ReadHistory,
        Self::ReadSessions,
        Self::ListCustomers,
        Self::IssueToken,
        Self::LookUpToken,
        Self::ReadAppSettings,
        Self::ReadSettings,
        Self::ChangeSettings,
        Self::ReadLocations,
        Self::CreateLocation,
    ];

    /// The roles that permit it.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::CreateCustomer
            | Self::UpdateCustomer
            | Self::SeekCustomer
            | Self::CheckCredential
            | Self::ReportDevice
            | Self::ReadAppSettings => &[Role::OrganizationManager, Role::PublicApp],
            Self::ReadLocations => &[Role::OrganizationManager, Role::LocationManager],
            // The keys of public apps are inside the apps. A person who extracts one must not be able to unlock or
            // erase customers, to access another person's data or token, to learn who is registered, or to fill the
            // registry.
            Self::CreateCustomers
            | Self::LockCustomer
            | Self::ReadCustomer
            | Self::EraseCustomer
            | Self::ReadHistory
            | Self::ReadSessions
            | Self::ListCustomers
            | Self::IssueToken
            | Self::LookUpToken
            | Self::ReadSettings
            | Self::ChangeSettings
            | Self::CreateLocation => &[Role::OrganizationManager],
        }
    }

    /// The scope that it requires, directly or contained in a wider one.
    pub const fn scope(self) -> Scope {
        match self {
            Self::CreateCustomer
            | Self::CreateCustomers
            | Self::UpdateCustomer
            | Self::LockCustomer
            | Self::EraseCustomer
            | Self::ReportDevice => Scope::CustomerWrite,
            Self::ReadCustomer
            | Self::SeekCustomer
            | Self::CheckCredential
            | Self::ReadHistory
            | Self::ReadSessions
            | Self::ListCustomers
            | Self::IssueToken
            | Self::LookUpToken => Scope::CustomerRead,
            Self::ReadAppSettings | Self::ReadSettings => Scope::OrganizationSettingsRead,
            Self::ChangeSettings => Scope::OrganizationSettingsWrite,
            Self::ReadLocations => Scope::OrganizationRead,
            Self::CreateLocation => Scope::OrganizationWrite,
        }
    }
}
