//! The credentials of a login.

use crate::Secret;

/// The keys of a service.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The public half, `ck-…`.
    pub client_key: String,
    /// The secret half.
    pub client_secret: Secret,
}
