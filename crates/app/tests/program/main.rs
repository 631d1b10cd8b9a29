//! The built program: started, stopped and killed as by its users, and used over real HTTP.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
#![recursion_limit = "256"]

#[path = "../common/mod.rs"]
mod common;
mod fixture;

mod admin_failures;
mod backup;
mod broken_log;
mod browser;
mod c4w;
mod configuration;
mod connections;
mod deployment;
mod documentation;
mod exclusive;
mod first_start;
mod forwarding;
mod forwarding_standing;
mod freeradius;
mod heads;
mod idempotency;
mod instances;
mod key_file;
mod keys;
mod kill;
mod lost;
mod organizations;
mod postgres;
mod requests;
mod restart;
mod restored;
mod sdk;
mod services;
mod stop;
