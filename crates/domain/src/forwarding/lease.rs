//! Leases on customers in the outbox.

/// The lease on a claimed customer: only its holder can report the result of the delivery. It ends when the result is
/// reported, when it has expired and another instance claims the customer, and when the account is replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// The generation of the organization's account.
    pub account: i64,
    /// How often the customer was claimed, including this time.
    pub number: i64,
}
