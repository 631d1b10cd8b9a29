//! Windows 10 and 11.

mod eap;
mod network;
mod profile;
mod provisioning;
mod script;

pub use profile::windows_profile;
pub use provisioning::windows_provisioning;
pub use script::windows_script;
