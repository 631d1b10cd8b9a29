//! Customers' credentials.

pub(crate) mod check;
