//! The ledger: a file outside of the database that records what was taken away, and stores that write it.
//!
//! Belongs here: the form of the file, appending to it, reading it, and the stores around stores that record an erasure, a
//! changed lock or a revocation before it is answered. Does not belong here: what an entry means and what a replay does,
//! which is `domain::ledger`.

mod customers;
mod error;
mod file;
mod line;
mod services;

pub use customers::RecordingCustomers;
pub use error::LedgerError;
pub use file::{Contents, LedgerFile};
pub use services::RecordingServices;
