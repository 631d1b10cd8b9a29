//! Customers of an organization.

pub(crate) mod exist;
