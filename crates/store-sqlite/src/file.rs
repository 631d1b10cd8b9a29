//! The files: the database, readable by its owner alone, its journal, and the lock beside it.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::error::OpenError;
#[cfg(unix)]
use crate::wal;

/// What SQLite keeps beside a database: the journal of WAL mode with its index, and that of the other modes.
pub(crate) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The locks that keep a second process out, whatever path it comes by.
pub(crate) struct Lock {
    /// Beside the database. It stays there unlocked when the process ends, however it ends.
    beside: File,
    /// The database itself, which other paths may lead to.
    database: File,
}

impl Lock {
    /// Takes both locks. The database is made, empty, when it is not there.
    pub(crate) fn take(path: &Path) -> Result<Self, OpenError> {
        let other = |source: io::Error| OpenError::Other { path: path.to_owned(), source: source.into() };
        let beside = create(&beside(path, ".lock")).map_err(other)?;
        held(beside.try_lock(), path)?;
        let database = create(path).map_err(other)?;
        // SQLite's own locks are of another kind on Linux, and on the same bytes elsewhere.
        #[cfg(target_os = "linux")]
        held(database.try_lock(), path)?;
        let lock = Self { beside, database };
        if lock.names().map_err(other)? > 1 {
            return Err(OpenError::Linked { path: path.to_owned() });
        }
        Ok(lock)
    }

    /// Lets go of both.
    pub(crate) fn release(&self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        self.database.unlock()?;
        self.beside.unlock()
    }

    /// How many names the database has. With two, the journal that lies beside one of them is not found by the other.
    #[cfg(unix)]
    fn names(&self) -> io::Result<u64> {
        use std::os::unix::fs::MetadataExt;
        Ok(self.database.metadata()?.nlink())
    }

    #[cfg(not(unix))]
    fn names(&self) -> io::Result<u64> {
        self.database.metadata().map(|_| 1)
    }

    /// The journal beside the database belongs to another one.
    ///
    /// SQLite would carry out whatever journal it finds. Every database of ours is in WAL mode once it has a journal; a
    /// copy that `http-api backup` or VACUUM INTO made is not, and neither is an empty file. Of other copies the journal
    /// itself may tell, or what comes out when it is carried out: see [`crate::wal`] and the checks at the opening.
    #[cfg(unix)]
    pub(crate) fn has_stray_journal(&self, path: &Path) -> io::Result<bool> {
        use std::os::unix::fs::FileExt;
        if !has_journal(path) {
            return Ok(false);
        }
        let mut header = [0; HEADER_BYTES];
        if self.database.read_at(&mut header, 0)? < header.len() || header[READ_VERSION] != OF_WAL {
            return Ok(true);
        }
        let fits = |commits: wal::Commits| {
            commits.have_header || wal::pages(&header).is_none_or(|pages| pages == commits.pages)
        };
        Ok(!wal::commits(&beside(path, "-wal"))?.is_none_or(fits))
    }

    #[cfg(not(unix))]
    pub(crate) fn has_stray_journal(&self, _: &Path) -> io::Result<bool> {
        Ok(false)
    }
}

/// The header of a database (<https://www.sqlite.org/fileformat.html#the_database_header>).
#[cfg(unix)]
const HEADER_BYTES: usize = 100;
/// Where the header says in which mode the database is, and what it says there for WAL mode.
#[cfg(unix)]
const READ_VERSION: usize = 19;
#[cfg(unix)]
const OF_WAL: u8 = 2;

fn held(locked: Result<(), TryLockError>, path: &Path) -> Result<(), OpenError> {
    locked.map_err(|error| match error {
        TryLockError::WouldBlock => OpenError::InUse { path: path.to_owned() },
        TryLockError::Error(source) => OpenError::Other { path: path.to_owned(), source: source.into() },
    })
}

/// Whether there is a file with anything in it.
pub(crate) fn has_content(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.len() > 0)
}

/// Whether a journal with anything in it lies beside the database: the last process did not close it.
pub(crate) fn has_journal(path: &Path) -> bool {
    has_content(&beside(path, "-wal"))
}

/// Opens the file, or makes an empty one that its owner alone can read. SQLite gives its journal the mode of the
/// database.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The path without links in it, so that two links to one database meet the same lock and the same journal. A link that
/// leads to nothing leads to a new database.
pub(crate) fn resolve(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(path)?;
            path.canonicalize()
        }
        resolved => resolved,
    }
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

/// The file whose name is that of the database with this behind it.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// The directory in which a file is, or is to be.
pub(crate) fn directory(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

/// Makes new names in a directory durable.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    // Elsewhere a directory cannot be opened, and its changes are logged.
    #[cfg(unix)]
    File::open(directory)?.sync_all()?;
    Ok(())
}
