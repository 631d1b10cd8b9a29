//! Sessions: how a service logs in, and how each of its requests is authenticated.

mod authenticator;
mod caller;
mod evidence;
mod jwt;
mod radius_server;

pub(crate) use authenticator::Authenticator;
pub use authenticator::JwtKey;
pub(crate) use caller::{Caller, LoggedIn, bearer};
pub(crate) use evidence::{install_id, install_ids};
pub(crate) use radius_server::{BearerSecrets, RadiusServer};
