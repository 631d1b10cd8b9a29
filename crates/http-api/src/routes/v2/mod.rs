//! Version 2 of the API.

pub(crate) mod customers;
