//! Errors of the key file.

use std::io;
use std::path::PathBuf;

/// A reason why a key file cannot be used. No text shows the contents of the file.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is no file.
    #[error("there is no key file {path}", path = .0.display())]
    Missing(PathBuf),
    /// The file already exists.
    #[error("the key file {path} already exists and is never overwritten", path = .0.display())]
    Exists(PathBuf),
    /// Others than the owner can access the file.
    #[error("others than its owner may use the key file: run chmod 600 {path}", path = .0.display())]
    TooOpen(PathBuf),
    /// The file exists and cannot be read.
    #[error("cannot read the key file {path}", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the key file {path}", path = .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The file does not have the form of a key file.
    #[error("the key file {path} is damaged: {fault}", path = .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// The error and its position.
        fault: FormFault,
    },
}

/// An error in the text of a key file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormFault {
    /// The file is not TOML from this line on.
    #[error("line {0} is not TOML")]
    NotToml(usize),
    /// One entry is invalid.
    #[error("{entry} {problem}")]
    Entry {
        /// The entry's path, such as `sealing[1].key`, counted from 0.
        entry: String,
        /// What the entry must be.
        problem: &'static str,
    },
}
