//! Why a command was not carried out.

use super::KeyKind;
use crate::Violation;
use crate::value::CustomerId;

/// A rule kept a command from being carried out. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such organization.
    UnknownOrganization,
    /// There is no such customer.
    UnknownCustomer,
    /// The customer belongs to another organization.
    ForeignCustomer,
    /// Fields that only the stored state shows to be wrong.
    Invalid(Vec<Violation>),
    /// A new customer must accept these policies.
    PolicyNotAccepted(Vec<Violation>),
    /// The values lead to different customers.
    DuplicateConflict(Vec<Conflict>),
    /// Another customer of the organization has this username.
    UsernameTaken,
    /// The key of the request was another request's.
    KeyReused,
}

/// Which customer a name of the `deduplicate` list led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict {
    /// The name.
    pub kind: KeyKind,
    /// The owner of the value.
    pub customer_id: CustomerId,
}
