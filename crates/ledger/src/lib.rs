//! The ledger: a file outside the database that records erasures, locks and revocations, and the store decorators that
//! write it.
//!
//! Belongs here: the format of the file, appending to it, reading it, and the decorators that record an erasure, a
//! changed lock or a revocation before it is answered. Does not belong here: the meaning of an entry and the replay,
//! which are in `domain::ledger`.

mod customers;
mod error;
mod file;
mod line;
mod services;

pub use customers::RecordingCustomers;
pub use error::LedgerError;
pub use file::{Contents, LedgerFile};
pub use services::RecordingServices;
