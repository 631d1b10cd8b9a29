//! What happens to every request, whatever its route.

pub(crate) mod body;
pub(crate) mod envelope;
pub(crate) mod serve;
pub(crate) mod slashes;
pub(crate) mod stream;
