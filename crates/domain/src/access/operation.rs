//! What can be asked of the registry, and which role and scope that takes.

use super::{Role, Scope};

/// Something that a service asks for on an organization's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Create a customer, or update the one that is found by its values.
    CreateCustomer,
    /// The same for very many at once.
    CreateCustomers,
    /// Change a customer.
    UpdateCustomer,
    /// Lock or unlock a stored customer.
    LockCustomer,
    /// Read a customer with everything that is stored of it.
    ReadCustomer,
    /// Ask whether there is a customer with certain values.
    SeekCustomer,
    /// Check a customer's username and password.
    CheckCredential,
    /// Remove a customer for good.
    EraseCustomer,
    /// Tell of a device on which a customer has the app.
    ReportDevice,
    /// Read what was done to a customer.
    ReadHistory,
    /// Read when a customer was on the network.
    ReadSessions,
    /// List customers.
    ListCustomers,
    /// Issue a token for a customer.
    IssueToken,
    /// Look up to whom a token belongs.
    LookUpToken,
    /// Read what an app needs of an organization: its policies, its Wi-Fi.
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

    /// The roles that may.
    pub const fn roles(self) -> &'static [Role] {
        match self {
            Self::CreateCustomer
            | Self::UpdateCustomer
            | Self::SeekCustomer
            | Self::CheckCredential
            | Self::ReportDevice
            | Self::ReadAppSettings => &[Role::OrganizationManager, Role::PublicApp],
            Self::ReadLocations => &[Role::OrganizationManager, Role::LocationManager],
            // The keys of public apps are inside the apps: whoever unpacks one must not unlock or erase anybody, nor get
            // at another person's data or token, nor learn who there is, nor fill the registry.
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

    /// The scope that it takes, itself or contained in a wider one.
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
