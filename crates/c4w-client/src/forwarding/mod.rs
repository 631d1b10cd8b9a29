//! Keeping an account elsewhere in step: the port of the domain, over [`crate::RealClient`].

mod body;
mod fault;
mod forwarder;

pub use forwarder::Forwarder;
