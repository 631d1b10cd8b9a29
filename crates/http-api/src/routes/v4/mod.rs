//! Version 4 of the API.

pub(crate) mod organizations;
