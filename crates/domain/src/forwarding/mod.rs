//! Keeping an organization's account in another registry (its upstream) in step with this one.
//!
//! What waits is a customer and not a change: what is sent is the customer as it is when it is sent, so a customer that
//! changes ten times while the upstream is away is sent once, and an older state never follows a newer one. A change that
//! comes while its customer is on the way makes it wait again.

mod account;
mod lease;
mod outcome;
mod send;

use jiff::Timestamp;

use crate::customer::Customer;
use crate::value::{CustomerId, OrganizationId, ShortText};

pub use account::{Account, ClientSecret, Identity};
pub use lease::Lease;
pub use outcome::{Attempt, Fault, Outcome, Settlement, pause};
pub use send::send;

/// A customer's id in the upstream.
pub type RemoteId = ShortText;

/// A customer who waits, or who has been given up.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The customer's organization.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
    /// Counts the changes: whoever has sent the customer tells up to which one.
    pub change: i64,
    /// Whether the customer was taken to be sent before: the upstream may have it, even if nobody knows its id there.
    pub sent: bool,
    /// The customer's id in the upstream, once it is known.
    pub remote_id: Option<RemoteId>,
    /// What became of it so far.
    pub attempt: Attempt,
}

/// A customer to send, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// Who.
    pub waiting: Waiting,
    /// What it was taken by.
    pub lease: Lease,
    /// The customer; `None` when it is erased, and has to be erased in the upstream.
    pub customer: Option<Customer>,
}

/// Someone who was given up: nothing is sent until the customer changes, or somebody asks for it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// Who.
    pub waiting: Waiting,
    /// Since when.
    pub given_up_at: Timestamp,
}

/// How an organization's forwarding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// Customers who wait.
    pub waiting: u64,
    /// Since when the one has waited that has waited longest.
    pub oldest: Option<Timestamp>,
    /// Customers who were given up.
    pub dead: u64,
    /// Whether nothing is sent until an administrator resumes forwarding.
    pub held: bool,
}
