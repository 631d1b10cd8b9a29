//! The embedded store: one SQLite file.
//!
//! Belongs here: the SQL, how rows become values of the domain and back, and the care for the file (its lock, its mode,
//! its migrations). Does not belong here: any rule. What a POST or a PUT does is the decision of `domain::customer`; this
//! crate reads what a decision needs and writes what it says.
//!
//! One connection writes, every write in `BEGIN IMMEDIATE`; a few others read, each statement on its own snapshot. So a
//! write never meets another, and nothing here has to be tried again.

mod backup;
mod customer;
mod error;
mod examine;
mod file;
mod forwarding;
mod history;
mod housekeeping;
mod installation;
mod journal;
mod keys;
mod location;
mod network_session;
mod open;
mod organization;
mod readiness;
mod row;
mod service;
mod session;
mod store;
mod token;
mod wal;
mod writer;

pub use backup::{Copied, CopyError, Progress, back_up, restore};
pub use error::OpenError;
pub use examine::examine;
pub use journal::JournalStanding;
pub use store::SqliteStore;
