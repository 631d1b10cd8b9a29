//! Files that install a customer's Wi-Fi login on a device permanently. With Passpoint, the device recognizes the
//! provider's networks anywhere and joins them by EAP-TTLS with the customer's username and password.
//!
//! Belongs here: the contents, order and bounds that each system requires of its file. Does not belong here: the source
//! of settings and customers, and how a file reaches the device.
//!
//! The functions read no input, no clock and no randomness: the same input gives the same bytes. Ids in a file are
//! derived from the provider and the customer, so a file that is fetched again replaces the previous one.
//!
//! A [`Provider`] and [`Credentials`] that exist can be written for every system. A value that even one system cannot
//! represent is refused when they are created, because a customer may use any device.

mod android;
mod apple;
mod certificate;
mod credentials;
mod document;
mod eap_config;
mod error;
mod host_name;
mod ids;
pub mod limits;
mod linux;
mod provider;
mod qr;
mod signing;
mod text;
mod throwaway;
mod windows;
mod xml;

pub use android::android;
pub use apple::{apple, apple_signed};
pub use certificate::check_authority;
pub use credentials::Credentials;
pub use document::Document;
pub use eap_config::eap_config;
pub use error::{Error, Field};
pub use linux::{LinuxCommands, linux, linux_commands};
pub use provider::{InnerMethod, Provider, ProviderDescription};
pub use qr::qr_code;
pub use signing::SigningIdentity;
pub use throwaway::{ThrowawayAuthority, throwaway_authority};
pub use windows::{windows_profile, windows_provisioning, windows_script};
