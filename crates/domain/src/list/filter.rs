//! The selection of customers in a list.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::customer::Key;
use crate::value::{LocationId, PolicyName, Source, Username};

/// The conditions for a customer to be listed. A condition that is `None` or empty always holds.
///
/// If a customer was never asked for a consent or a verification, it counts as no.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Whether there is an e-mail address.
    pub has_email: Option<bool>,
    /// Whether the address was verified.
    pub email_verified: Option<bool>,
    /// Whether there is a telephone number.
    pub has_phone: Option<bool>,
    /// Whether the number was verified.
    pub phone_verified: Option<bool>,
    /// From one of these sources.
    pub sources: Option<BTreeSet<Source>>,
    /// At one of these locations. A location that does not exist has no customers.
    pub locations: Option<BTreeSet<LocationId>>,
    /// Created in this span.
    pub created: Span,
    /// Last changed in this span.
    pub modified: Span,
    /// Whether the person agreed to receive marketing.
    pub mktg_communications: Option<bool>,
    /// Whether the person declared to be of age.
    pub minimum_age_verification: Option<bool>,
    /// Whether the person accepted each of these policies of the organization's own.
    pub customs: BTreeMap<PolicyName, bool>,
    /// Has all of these keys, as their owner or behind it in the queue. Two keys of one kind match no customer.
    pub keys: BTreeSet<Key>,
    /// Has this username.
    pub username: Option<Username>,
}

/// A span of time, including both ends, in whole milliseconds. `None` is an open end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
}

impl Filter {
    /// Whether it contains every time.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// The number of indexed values in the filter. If there is one, a store begins with the customers that have it, so
    /// that the cost does not depend on the number of other customers.
    pub fn named(&self) -> usize {
        self.keys.len() + usize::from(self.username.is_some())
    }
}
