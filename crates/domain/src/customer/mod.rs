//! Customers: what one is, what a POST and a PUT decide, by which keys one is found, who may log in, who proves to
//! be a customer's own device, and how a repeated POST is known.

mod credential;
mod decide;
mod deduplication;
mod evidence;
mod fields;
mod installation;
mod key;
mod patch;
mod policies;
mod profile;
mod receipt;
mod refusal;
mod unreadable;

use jiff::Timestamp;

use crate::value::{CustomerId, LocationId, OrganizationId, Password, Source, Username};

pub use credential::Credential;
pub use decide::{
    Decision, EraseCustomer, Fresh, Hit, PostCustomer, PutCustomer, Surroundings, decide_post, decide_put,
};
pub use deduplication::Deduplication;
pub use evidence::Evidence;
pub use installation::{
    Installation, InstallationChanges, InstallationFacts, ReportInstallation, Reported, decide_report,
};
pub use key::{Key, KeyKind};
pub use patch::Patch;
pub use policies::{Policies, PolicyChanges};
pub use profile::{
    Device, DeviceChanges, Document, DocumentChanges, Person, PersonChanges, ProcessingData, ProcessingDataChanges,
    Profile, ProfileChanges,
};
pub use receipt::{Fingerprint, Receipt, Repeatable};
pub use refusal::{Conflict, Refusal};
pub use unreadable::Unreadable;

/// A customer of an organization.
#[derive(Debug, Clone, PartialEq)]
pub struct Customer {
    /// Never used again, not even after the customer is gone.
    pub id: CustomerId,
    /// The owner. A customer never moves to another one.
    pub organization_id: OrganizationId,
    /// The venue the customer belongs to.
    pub location_id: LocationId,
    /// Through which door the customer came. Fixed at creation.
    pub source: Source,
    /// The name at the RADIUS server. Fixed at creation.
    pub username: Username,
    /// The password at the RADIUS server. Fixed at creation.
    pub password: Password,
    /// A locked customer cannot log in anywhere.
    pub locked: bool,
    /// Everything that is known of the person.
    pub profile: Profile,
    /// When the customer was created, to the millisecond.
    pub created_at: Timestamp,
    /// When the customer last changed, to the millisecond.
    pub modified_at: Timestamp,
}

impl Customer {
    /// The keys by which the customer can be found: one for each kind that has a value.
    pub fn keys(&self) -> Vec<Key> {
        KeyKind::ALL.into_iter().filter_map(|kind| self.profile.key(kind)).collect()
    }
}
