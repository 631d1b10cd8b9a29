//! What the tests over HTTP and those of the built program share.

pub(crate) mod bodies;
pub(crate) mod stored;
