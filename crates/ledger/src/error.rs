//! Errors of the ledger.

use std::io;
use std::path::PathBuf;

use domain::ports::StoreError;

/// A reason why a ledger cannot be used. The message is one line for the person who starts the program.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// There is no file.
    #[error("there is no ledger {}", .0.display())]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("cannot read the ledger {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the ledger {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// A line in the middle is damaged, or was written by a newer version.
    #[error("line {line} of the ledger {} cannot be read; is it damaged, or of a newer version?", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line's number, counted from 1.
        line: usize,
    },
    /// The process is ending.
    #[error("the ledger is closed")]
    Closed,
}

impl From<LedgerError> for StoreError {
    fn from(error: LedgerError) -> Self {
        Self::Unavailable(error.into())
    }
}
