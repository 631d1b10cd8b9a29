//! Organizations, their locations and their settings.

mod location;
mod policy_list;
mod settings;

use jiff::Timestamp;

use crate::value::{LocationId, Name, OrganizationId};

pub use location::{Address, Location, LocationPage, LocationQuery, Position, Tags};
pub use policy_list::{ListedPolicy, PolicyKind, PolicyList};
pub use settings::{
    ActivationChanges, ActivationSettings, OrganizationSettings, PasspointChanges, PasspointSettings,
    RoamingConsortiums, ServerNames, SettingsChanges, TokenChanges, Wpa2Changes, Wpa2Settings,
};

/// The owner of customers, locations and services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its id.
    pub id: OrganizationId,
    /// Its name.
    pub name: Name,
    /// The location of customers that are created without one.
    pub default_location_id: LocationId,
    /// Its settings.
    pub settings: OrganizationSettings,
    /// When it was created, to the millisecond.
    pub created_at: Timestamp,
}
