//! Version 1 of the API.

pub(crate) mod sts;
