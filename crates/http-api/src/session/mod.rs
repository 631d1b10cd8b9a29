//! Sessions: how a service logs in, and how each of its requests proves that it did.

mod authenticator;
mod caller;
mod jwt;
mod login_limit;

pub(crate) use authenticator::Authenticator;
pub use authenticator::JwtKey;
pub(crate) use caller::{Caller, bearer};
pub(crate) use login_limit::LoginLimit;
