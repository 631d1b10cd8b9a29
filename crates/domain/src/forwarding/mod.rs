//! Keeping an organization's account in another registry (its upstream) in step with this one.
//!
//! The outbox holds customers, not changes: a customer is sent in its current state. So a customer that changes ten
//! times while the upstream is unavailable is sent once, and an older state never follows a newer one. A change during
//! a delivery queues the customer again.

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

/// A customer in the outbox, or a dead letter.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The customer's organization.
    pub organization_id: OrganizationId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The number of changes so far; the result of a delivery names the change that was sent.
    pub change: i64,
    /// Whether the customer was claimed before: the upstream may have it, even if its id there is unknown.
    pub sent: bool,
    /// The customer's id in the upstream, once it is known.
    pub remote_id: Option<RemoteId>,
    /// The attempts so far.
    pub attempt: Attempt,
}

/// A claimed customer, in its current state.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// Its outbox entry.
    pub waiting: Waiting,
    /// The lease on it.
    pub lease: Lease,
    /// The customer; `None` if it was erased, and has to be erased in the upstream.
    pub customer: Option<Customer>,
}

/// A dead letter: nothing is sent until the customer changes, or an administrator retries it.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadLetter {
    /// Its outbox entry.
    pub waiting: Waiting,
    /// When it became a dead letter.
    pub given_up_at: Timestamp,
}

/// The state of an organization's outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Standing {
    /// The number of queued customers.
    pub waiting: u64,
    /// Since when the oldest entry has been queued.
    pub oldest: Option<Timestamp>,
    /// The number of dead letters.
    pub dead: u64,
    /// Whether nothing is sent until an administrator resumes forwarding.
    pub held: bool,
}
