//! The store on PostgreSQL itself: what every store promises, and what only a server can do to one.
#![expect(clippy::unwrap_used, reason = "a failure is to end the test")]

mod apart;
mod conformance;
mod database;
mod erasure;
mod lost_commit;
mod proxy;
mod races;
mod rival;
mod rows;
mod sessions;
mod singles;
mod support;
mod way_in;
