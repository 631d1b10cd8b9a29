//! What happens to every request, whatever its route, and to every connection.

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
