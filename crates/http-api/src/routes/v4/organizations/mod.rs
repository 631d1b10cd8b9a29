//! Organizations.

pub(crate) mod device_settings;
