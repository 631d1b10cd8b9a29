//! `/activate`: the way of a person from a token to a file for a device.

pub(crate) mod authority;
pub(crate) mod finish;
pub(crate) mod mistyped;
mod opened;
pub(crate) mod post;
pub(crate) mod profile;
pub(crate) mod script;
pub(crate) mod start;
