//! The API over HTTP, on the real embedded store: the router is called directly, so that the tests control the clock.
//! The files mirror the addresses.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![recursion_limit = "256"]

#[path = "../common/mod.rs"]
mod common;
mod fixture;

mod activate;
mod app_limits;
mod concurrency;
mod contract;
mod edge;
mod examples;
mod found_only;
mod isolation;
mod limits;
mod listing;
mod metrics;
mod radius_accounting;
mod radius_authorize;
mod rights;
mod sessions;
mod unreadable;
mod v1_locations;
mod v1_organizations;
mod v1_organizations_settings;
mod v2_customers_exist;
mod v2_customers_list;
mod v2_tokens;
mod v3_credential_check;
mod v3_customers_batch;
mod v3_customers_deduplicate;
mod v3_customers_delete;
mod v3_customers_devices;
mod v3_customers_get;
mod v3_customers_history;
mod v3_customers_idempotency;
mod v3_customers_post;
mod v3_customers_put;
mod v3_customers_sessions;
mod v4_organizations;
mod values;
mod wifiprofile;
