//! The store for production: PostgreSQL 15 or newer, and Citus.
//!
//! Belongs here: the SQL, how rows become values of the domain and back, connections, and what to do when one breaks. Does
//! not belong here: any rule. A batch is read in bulk, decided by `domain::batch`, and written in bulk.
//!
//! Several writers work at the same time, in this process and in others. What keeps them apart: rows of customers that a
//! decision rests on are locked as they are read; that a key or a username is free is found out by inserting it. Whoever
//! loses has its transaction repeated.
//!
//! The same statements run on Citus, where a transaction must stay on the machine of one bucket: every table is joined on
//! the bucket, and every statement on a hot path is restricted to the buckets of its batch.

mod arguments;
mod attempt;
mod copy;
mod customer;
mod error;
mod examine;
mod forwarding;
mod history;
mod housekeeping;
mod installation;
mod json;
mod keys;
mod location;
mod look_ups;
mod network_session;
mod open;
mod organization;
#[cfg(test)]
mod plans;
mod readiness;
mod row;
mod server;
mod service;
mod session;
mod settings;
mod store;
mod time;
mod token;
mod transaction;
mod writers;

pub use error::OpenError;
pub use examine::examine;
pub use settings::{DEFAULT_CONNECTIONS, Settings};
pub use store::PostgresStore;
