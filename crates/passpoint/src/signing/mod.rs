//! Signatures under files, so that a device shows who they come from.

mod cms;
mod identity;
mod key;
mod xml;

pub(crate) use cms::signed;
pub use identity::SigningIdentity;
pub(crate) use xml::enveloped;
