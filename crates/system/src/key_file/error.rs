//! Why a key file cannot be used.

use std::io;
use std::path::PathBuf;

/// Why a key file cannot be used. No text shows what the file holds.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is no file.
    #[error("there is no key file {path}", path = .0.display())]
    Missing(PathBuf),
    /// There is a file already.
    #[error("the key file {path} is there already and is never overwritten", path = .0.display())]
    Exists(PathBuf),
    /// Others than the owner have rights to the file.
    #[error("others than its owner may use the key file: run chmod 600 {path}", path = .0.display())]
    TooOpen(PathBuf),
    /// The file is there and cannot be read.
    #[error("cannot read the key file {path}", path = .path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the key file {path}", path = .path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file holds something else.
    #[error("the key file {path} is damaged: {fault}", path = .path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, by place.
        fault: FormFault,
    },
}

/// What is wrong with the text of a key file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormFault {
    /// It is not TOML, from this line on.
    #[error("line {0} is not TOML")]
    NotToml(usize),
    /// One entry is not what it should be.
    #[error("{entry} {problem}")]
    Entry {
        /// Which one, by its place: `sealing[1].key`, counted from 0.
        entry: String,
        /// How it should be.
        problem: &'static str,
    },
}
