//! What a store found.

use std::collections::{HashMap, HashSet};

use crate::customer::{Customer, Fingerprint, Key, Receipt, Unreadable};
use crate::ports::CorruptRow;
use crate::value::{CustomerId, LocationId, OrganizationId, Username};

/// What a store found of [`super::Needs`]. What is not in here is not there.
#[derive(Debug, Default)]
pub struct Stored {
    /// The default location of each organization. A row that cannot be read fails the commands of its organization.
    pub organizations: HashMap<OrganizationId, Result<LocationId, CorruptRow>>,
    /// Those of the organizations that have an account elsewhere.
    pub forwarding: HashSet<OrganizationId>,
    /// Locations that were asked for, and are their organization's.
    pub locations: HashSet<(OrganizationId, LocationId)>,
    /// Who owns the keys. Every owner is among `customers`.
    pub owners: HashMap<(OrganizationId, Key), CustomerId>,
    /// The owners of keys, the customers of receipts, and those that were asked for. A row that cannot be read fails the
    /// commands that need it, but those that repair or erase it, and no other.
    pub customers: HashMap<(OrganizationId, CustomerId), Result<Customer, Unreadable>>,
    /// Of the customers that were asked for and are not there, those that commands created before. They are erased.
    pub gone: HashSet<(OrganizationId, CustomerId)>,
    /// Of the customers that were asked for and are not in the organization, those that another one has.
    pub foreign: HashSet<CustomerId>,
    /// Usernames that somebody has.
    pub usernames: HashSet<(OrganizationId, Username)>,
    /// Receipts that were asked for, by the keys of their requests. One that cannot be read fails its own request.
    pub receipts: HashMap<(OrganizationId, Fingerprint), Result<Receipt, CorruptRow>>,
}
