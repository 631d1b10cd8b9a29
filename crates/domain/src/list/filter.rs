//! Which customers a list has.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::customer::Key;
use crate::value::{LocationId, PolicyName, Source, Username};

/// What a customer must be like to be listed. What is not said may be anything.
///
/// Where a customer was never asked, or nobody told, the answer is no.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Whether there is an e-mail address.
    pub has_email: Option<bool>,
    /// Whether the address was proven to be the person's.
    pub email_verified: Option<bool>,
    /// Whether there is a telephone number.
    pub has_phone: Option<bool>,
    /// Whether the number was proven to be the person's.
    pub phone_verified: Option<bool>,
    /// Through one of these doors.
    pub sources: Option<BTreeSet<Source>>,
    /// Of one of these locations. One that does not exist has nobody.
    pub locations: Option<BTreeSet<LocationId>>,
    /// Created in this time.
    pub created: Span,
    /// Last changed in this time.
    pub modified: Span,
    /// Whether the person agreed to receive marketing.
    pub mktg_communications: Option<bool>,
    /// Whether the person declared to be of age.
    pub minimum_age_verification: Option<bool>,
    /// Whether the person accepted each of these policies of the organization's own.
    pub customs: BTreeMap<PolicyName, bool>,
    /// Who has all of these values, as their owner or behind it in the queue. Two values of one kind match nobody.
    pub keys: BTreeSet<Key>,
    /// Who has this name to log in.
    pub username: Option<Username>,
}

/// A time with both of its ends, in whole milliseconds. An end that is not there is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
}

impl Filter {
    /// It takes every customer.
    pub fn is_open(&self) -> bool {
        *self == Self::default()
    }

    /// How many values it names that an index leads to. With any, a store begins with those who have them, however many
    /// others there are.
    pub fn named(&self) -> usize {
        self.keys.len() + usize::from(self.username.is_some())
    }
}
