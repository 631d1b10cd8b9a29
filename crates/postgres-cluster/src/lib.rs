//! A throw-away PostgreSQL for tests and benchmarks: a server of its own ([`Cluster`]), with standbys and with PgBouncer
//! before it ([`Pooler`]), and on any server a database of its own ([`Database`]).
//!
//! Belongs here: finding, starting, killing and removing PostgreSQL. Does not belong here: what is stored in it. Nothing
//! that ships depends on this crate.
//!
//! It knows no driver: what it asks of a server it asks through `psql`, so that the tests of a store can look past the
//! driver that they test.

mod account;
mod certificate;
mod cluster;
mod database;
mod error;
mod files;
mod pooler;
mod port;
mod program;
mod programs;
mod random;
mod server;
mod settings;
mod shared;

pub use cluster::{Cluster, Paused};
pub use database::Database;
pub use error::Error;
pub use pooler::{PoolMode, Pooler};
pub use programs::{Programs, find_program};
pub use settings::Settings;
pub use shared::{TEST_AUTHORITY, TEST_SERVER, test_authority, test_server};
