//! Shared by the tests over HTTP and those of the built program.

pub(crate) mod bodies;
pub(crate) mod stored;
