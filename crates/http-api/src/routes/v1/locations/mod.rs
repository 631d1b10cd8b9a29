//! Locations.

mod answer;
pub(crate) mod get;

pub(crate) use answer::LocationResponse;
