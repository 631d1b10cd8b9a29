//! The rules of a guest Wi-Fi's customer registry, and the ports through which they reach the world.
//!
//! Belongs here: what makes a value valid ([`value`]), what creates, matches and changes a customer ([`customer`]), what
//! a temporary token is ([`token`]) and what one is worth ([`grant`]), what is told of the past ([`history`]), when a customer
//! was on the network ([`session`]), how customers are listed ([`list`]), who may do what ([`access`]), what is sent on to another registry ([`forwarding`]), what a
//! restore must not bring back ([`ledger`]), up to when things can be forgotten ([`housekeeping`]), and
//! the promises an adapter makes ([`ports`]).
//! Does not belong here: any input or output, any clock or randomness of its own, wire names beyond the paths that an
//! error reports, SQL, HTTP.
//!
//! A value that exists is valid: fields are private and made by a `parse` that says what is wrong.

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
