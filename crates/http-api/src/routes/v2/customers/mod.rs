//! Look-ups of customers, lists of them, and temporary tokens.

pub(crate) mod organizations;
pub(crate) mod token;
pub(crate) mod tokens;
