//! Temporary tokens of customers.

pub(crate) mod token;
pub(crate) mod tokens;
