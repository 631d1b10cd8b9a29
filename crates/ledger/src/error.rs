//! Why a ledger cannot be used.

use std::io;
use std::path::PathBuf;

use domain::ports::StoreError;

/// Why a ledger cannot be used. Each is one line for the person who starts the program.
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
        /// What the operating system says.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the ledger {}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A line in the middle is damaged, or was written by a newer version.
    #[error("line {line} of the ledger {} cannot be read; is it damaged, or of a newer version?", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which line, counted from 1.
        line: usize,
    },
    /// The process is about to end.
    #[error("the ledger is closed")]
    Closed,
}

impl From<LedgerError> for StoreError {
    fn from(error: LedgerError) -> Self {
        Self::Unavailable(error.into())
    }
}
