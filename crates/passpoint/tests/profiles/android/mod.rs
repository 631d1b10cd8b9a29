//! The file as Android reads it.

mod accepted;
mod message;
mod refused;
mod strict;
mod tree;

pub(crate) use accepted::login;
