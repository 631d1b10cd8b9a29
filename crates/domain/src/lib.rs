//! The rules of a guest Wi-Fi's customer registry, and the ports that adapters implement.
//!
//! Belongs here: the validity of values ([`value`]), how a customer is created, matched and changed ([`customer`]),
//! temporary tokens ([`token`]) and grants ([`grant`]), the history of customers ([`history`]), network sessions
//! ([`session`]), lists of customers ([`list`]), rights ([`access`]), forwarding to another registry ([`forwarding`]),
//! the erasures, locks and revocations that a restore must not undo ([`ledger`]), the time up to which data can be
//! purged ([`housekeeping`]), and the promises of adapters ([`ports`]). Does not belong here: any input or output, any
//! clock or randomness of its own, wire names beyond the paths in errors, SQL, HTTP.
//!
//! A value that exists is valid: fields are private, and only a `parse` that reports errors creates a value.

pub mod access;
pub mod batch;
pub mod customer;
pub mod forwarding;
pub mod grant;
pub mod history;
pub mod housekeeping;
pub mod ledger;
pub mod limits;
pub mod list;
pub mod organization;
pub mod ports;
pub mod session;
pub mod token;
pub mod value;
mod violation;

pub use jiff::Timestamp;
pub use violation::{InvalidValue, Violation, ViolationCode};
