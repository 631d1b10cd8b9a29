//! The data that a store found.

use std::collections::{HashMap, HashSet};

use crate::customer::{Customer, Fingerprint, Key, Receipt, Unreadable};
use crate::ports::CorruptRow;
use crate::value::{CustomerId, LocationId, OrganizationId, Username};

/// The data that a store found for [`super::Needs`]. Anything absent does not exist.
#[derive(Debug, Default)]
pub struct Stored {
    /// The default location of each organization. An unreadable row fails the commands of its organization.
    pub organizations: HashMap<OrganizationId, Result<LocationId, CorruptRow>>,
    /// Those organizations that have an upstream account.
    pub forwarding: HashSet<OrganizationId>,
    /// Requested locations that belong to their organization.
    pub locations: HashSet<(OrganizationId, LocationId)>,
    /// The owners of the keys. Every owner is among `customers`.
    pub owners: HashMap<(OrganizationId, Key), CustomerId>,
    /// The owners of keys, the customers of idempotency records, and those that were requested. An unreadable row fails
    /// the commands that need it, except those that repair or erase it, and no other command.
    pub customers: HashMap<(OrganizationId, CustomerId), Result<Customer, Unreadable>>,
    /// Requested customers that do not exist, and that commands created before. They were erased.
    pub gone: HashSet<(OrganizationId, CustomerId)>,
    /// Requested customers that are not in the organization, but in another one.
    pub foreign: HashSet<CustomerId>,
    /// Usernames that are taken.
    pub usernames: HashSet<(OrganizationId, Username)>,
    /// The requested idempotency records, by idempotency key. An unreadable one fails its own request.
    pub receipts: HashMap<(OrganizationId, Fingerprint), Result<Receipt, CorruptRow>>,
}
