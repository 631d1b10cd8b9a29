//! Windows 10 and 11.

mod eap;
mod network;
mod profile;
mod provisioning;

pub use profile::windows_profile;
pub use provisioning::windows_provisioning;
