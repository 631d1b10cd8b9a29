//! Version 3 of the API.

pub(crate) mod customers;
