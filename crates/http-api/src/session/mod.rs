//! Sessions: how a service logs in, and how each of its requests proves that it did.

mod authenticator;
mod caller;
mod jwt;

pub(crate) use authenticator::Authenticator;
pub use authenticator::JwtKey;
pub(crate) use caller::{Caller, bearer};
