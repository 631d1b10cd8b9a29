//! The locations of an organization.

pub(crate) mod get;
pub(crate) mod post;
