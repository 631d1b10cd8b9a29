//! What customers log in with.

pub(crate) mod check;
