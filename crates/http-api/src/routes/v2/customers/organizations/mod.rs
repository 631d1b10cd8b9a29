//! Customers of an organization.

mod contact;
pub(crate) mod exist;
pub(crate) mod list;
mod scroll;
mod sid;
