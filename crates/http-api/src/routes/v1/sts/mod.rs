//! The security token service: sessions of services.

pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod services;
