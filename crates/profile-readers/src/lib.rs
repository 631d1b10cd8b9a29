//! Reads files for devices as the devices do, and returns the login that they would use.
//!
//! Belongs here: what each system reads, and why it refuses a file. Does not belong here: how files are made; this
//! crate does not know the writers, so that it can check them independently.

pub mod android;
mod apple;
mod eap_config;
mod windows;
mod xml;

pub use apple::apple;
pub use eap_config::eap_config;
pub use windows::windows;

/// The login that a device would use after installing a file, and how it would authenticate the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The username in the tunnel.
    pub username: String,
    /// The password in the tunnel.
    pub password: String,
    /// The identity outside the tunnel.
    pub outer_identity: String,
    /// The inner method, which carries the password in the tunnel.
    pub inner_method: InnerMethod,
    /// The accepted names in the server's certificate; on Android, suffixes of such names.
    pub server_names: Vec<String>,
    /// The authority by which the server is checked; `None` for the authorities of the web.
    pub authority: Option<Authority>,
}

/// An authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Authority {
    /// Its certificate, in DER.
    Certificate(Vec<u8>),
    /// The SHA-1 fingerprint of one that is already on the device.
    Fingerprint(Vec<u8>),
}

/// The inner method, which carries the password in the tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InnerMethod {
    /// A challenge and its response.
    MsChapV2,
    /// The password itself.
    Pap,
}
