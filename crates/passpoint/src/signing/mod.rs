//! Signatures of files, so that a device shows their origin.

mod cms;
mod identity;
mod key;
mod xml;

pub(crate) use cms::signed;
pub use identity::SigningIdentity;
pub(crate) use xml::enveloped;
