//! The settings of an organization.

mod answer;
pub(crate) mod get;
pub(crate) mod put;

pub(crate) use answer::SettingsResponse;

pub use answer::settings_json;
