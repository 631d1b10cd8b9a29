//! The files: the database, readable by its owner alone, and the lock beside it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::OpenError;

/// Takes the lock that keeps a second process out. It lies beside the database, since SQLite puts locks of its own on
/// the database itself; it stays there unlocked when the process ends, however it ends.
pub(crate) fn lock(path: &Path) -> Result<File, OpenError> {
    let other = |source: io::Error| OpenError::Other { path: path.to_owned(), source: source.into() };
    let file = create(&beside(path, ".lock")).map_err(other)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { path: path.to_owned() }),
        Err(TryLockError::Error(error)) => Err(other(error)),
    }
}

/// Opens the file, or makes an empty one that its owner alone can read. SQLite gives its journal the mode of the
/// database.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Closes the database and its journal to everybody but their owner: a copy from a backup may be open to others, and
/// SQLite gives the journal the same mode.
pub(crate) fn restrict(path: &Path) -> io::Result<()> {
    for file in ["", "-wal", "-shm"].map(|suffix| beside(path, suffix)) {
        #[cfg(unix)]
        if file.exists() {
            std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
    }
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
