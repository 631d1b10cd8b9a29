//! The routes: one file per operation, in folders that mirror the addresses.

pub(crate) mod activate;
pub(crate) mod docs;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod radius;
mod table;
pub(crate) mod v1;
pub(crate) mod v2;
pub(crate) mod v3;
pub(crate) mod v4;
pub(crate) mod wifiprofile;

pub use table::{radius_router, router, router_on};
pub use v1::organizations::settings::settings_json;
