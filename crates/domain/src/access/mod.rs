//! Rights: which services may do what.

mod operation;
mod role;
mod scope;
mod service;

pub use operation::Operation;
pub use role::Role;
pub use scope::{Scope, Scopes};
pub use service::{ClientKey, NewService, Secret, Service};
