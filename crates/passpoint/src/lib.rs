//! Files that put a customer's Wi-Fi login on a device for good: by Passpoint the device then knows the provider's
//! networks wherever they are, and joins them by EAP-TTLS with the customer's username and password.
//!
//! Belongs here: what each system wants in its file, in which order and within which bounds. Does not belong here: where
//! settings and customers come from, and how a file reaches the device.
//!
//! Nothing is read, no time is asked for and nothing is drawn at random: the same input gives the same bytes, and ids that
//! a file needs follow from the provider and the customer, so that a file which is fetched again replaces the one before.
//!
//! A [`Provider`] and [`Credentials`] that exist can be written for every system: what only one of them cannot hold is
//! refused when they are made, because a customer may bring any device.

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
