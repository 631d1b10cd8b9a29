//! The store on PostgreSQL itself: what every store promises, and what only a server can do to one.
#![expect(clippy::unwrap_used, reason = "a failure is to end the test")]

mod apart;
mod conformance;
mod database;
mod erasure;
mod failover;
mod keys;
mod lost_commit;
mod pooler;
mod proxy;
mod races;
mod rival;
mod rows;
mod server_log;
mod sessions;
mod singles;
mod standby_away;
mod support;
mod switch;
mod way_in;
