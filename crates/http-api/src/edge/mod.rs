//! The handling common to all requests, whatever their route, and to all connections.

mod answering;
pub(crate) mod body;
mod chunks;
pub(crate) mod connections;
pub(crate) mod envelope;
pub(crate) mod head;
mod heads;
pub(crate) mod runtimes;
pub(crate) mod serve;
pub(crate) mod slashes;
