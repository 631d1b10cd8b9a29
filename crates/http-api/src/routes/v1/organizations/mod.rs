//! Organizations.

pub(crate) mod locations;
pub(crate) mod policies;
pub(crate) mod settings;
