//! An entry of the ledger.

use jiff::Timestamp;

use crate::access::ClientKey;
use crate::value::{CustomerId, LedgerEntryId, Name, OrganizationId, ServiceId};

/// An erasure, a lock or a revocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: LedgerEntryId,
    /// The time, to the millisecond.
    pub at: Timestamp,
    /// The author.
    pub by: Author,
    /// The fact.
    pub fact: Fact,
}

/// The author of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Author {
    /// A service, over HTTP.
    Service(ServiceId),
    /// An administrator, on the command line.
    Administration,
    /// A rule of the organization, such as one for retention, by its name.
    Rule(Name),
}

/// The fact that an entry records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A customer was erased.
    Erased {
        /// The customer's organization.
        organization_id: OrganizationId,
        /// The customer.
        customer_id: CustomerId,
    },
    /// A customer was locked, or unlocked.
    Locked {
        /// The customer's organization.
        organization_id: OrganizationId,
        /// The customer.
        customer_id: CustomerId,
        /// Whether the customer is locked from then on.
        locked: bool,
    },
    /// A service was revoked.
    Revoked {
        /// The public half of its credentials.
        client_key: ClientKey,
    },
    /// An earlier entry is withdrawn: what it records was refused, or failed.
    Void {
        /// The earlier entry.
        entry: LedgerEntryId,
    },
}
