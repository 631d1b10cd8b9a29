//! What the tests over HTTP and those of the built program share.

pub mod bodies;
pub mod stored;
