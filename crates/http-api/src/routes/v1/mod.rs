//! Version 1 of the API.

pub(crate) mod locations;
pub(crate) mod organizations;
pub(crate) mod sts;
