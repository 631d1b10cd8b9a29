//! Takes the files for devices apart as the devices do, and says what they would log in with.
//!
//! Belongs here: what each system reads, and what makes it refuse a file. Does not belong here: how files are made; nothing
//! here knows the writers, so that both can be compared.

pub mod android;
mod apple;
mod eap_config;
mod windows;
mod xml;

pub use apple::apple;
pub use eap_config::eap_config;
pub use windows::windows;

/// What a device that took the file logs in with, and whom it trusts with that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// Within the tunnel.
    pub username: String,
    /// Within the tunnel.
    pub password: String,
    /// Outside of the tunnel.
    pub outer_identity: String,
    /// How the password goes through the tunnel.
    pub inner_method: InnerMethod,
    /// What the server's certificate has to be for: one of these names, or of Android's a name that ends in it.
    pub server_names: Vec<String>,
    /// By what the server is checked. None: the authorities of the web.
    pub authority: Option<Authority>,
}

/// An authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// Its certificate, in DER.
    Certificate(Vec<u8>),
    /// SHA-1 of one that the device knows already.
    Fingerprint(Vec<u8>),
}

/// How the password goes through the tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InnerMethod {
    /// By a challenge.
    MsChapV2,
    /// As it is.
    Pap,
}
