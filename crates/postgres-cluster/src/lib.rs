//! Throw-away PostgreSQL for tests and benchmarks: a separate server ([`Cluster`]), with standbys and with PgBouncer in
//! front of it ([`Pooler`]), and a separate database on any server ([`Database`]).
//!
//! Belongs here: finding, starting, killing and removing PostgreSQL. Does not belong here: the stored data. Nothing
//! that ships depends on this crate.
//!
//! It uses no database driver: it queries servers through `psql`, so that the tests of a store are independent of the
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
