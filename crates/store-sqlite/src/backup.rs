//! Copies of the database: made beside a running server, and put in its place.
//!
//! A copy is what VACUUM INTO writes: the database as one transaction reads it, whatever is written meanwhile, and without
//! the space that deleted rows left. It is one file with no journal.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::ports::{BoxError, PasswordSealer};
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use tempfile::{NamedTempFile, TempDir};

use crate::error::OpenError;
use crate::examine::{Check, is_of_values};
use crate::file::{self, COMPANIONS, Lock, beside};
use crate::open::{Form, Refused, database_bytes, form, is_begun, is_known, options, recognise};

/// How often it is told how far a copy is.
const PROGRESS: Duration = Duration::from_secs(1);

/// How much of a copy is written, in bytes. The end may be at less: a copy has no empty pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// So much is written.
    pub written: u64,
    /// So much is read.
    pub whole: u64,
}

/// A copy that is whole, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Copied {
    /// Its size.
    pub bytes: u64,
    /// Customers in it.
    pub customers: u64,
    /// Where the files are that were in its place before. None: there were none.
    pub set_aside: Option<PathBuf>,
}

/// Why there is no copy. Nothing is left of it.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// One of the databases is not as it should be.
    #[error(transparent)]
    Database(#[from] OpenError),
    /// Something is there already.
    #[error("{} is there already, and is never overwritten", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The copy could not be written.
    #[error("{} cannot be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: BoxError,
    },
}

/// A copy that has no name yet. It is in a directory of its own, with what SQLite puts beside it; when this is dropped, all
/// of that is gone.
struct Partial {
    file: NamedTempFile,
    _directory: TempDir,
}

/// Copies the database to a new file that its owner alone can read. The copy gets its name when it is whole, was opened
/// and checked, and is on the disk; when the future is dropped, nothing is left of it.
///
/// # Errors
/// See [`CopyError`].
pub async fn back_up(
    database: &Path,
    copy: &Path,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Copied, CopyError> {
    if !file::has_content(database) {
        return Err(OpenError::Empty { path: database.to_owned() }.into());
    }
    // A journal that lies there would be taken for that of the copy.
    let names = [""].iter().chain(&COMPANIONS).map(|suffix| beside(copy, suffix));
    if let Some(path) = names.into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(CopyError::Exists { path });
    }
    let failed = |refused: Refused| CopyError::Database(refused.at(database));
    let mut db = source(database).await.map_err(failed)?;
    let partial = write(&mut db, copy, progress).await?;
    let _ = db.close().await;
    let (partial, copied) = checked(partial, copy).await?;
    persist(partial, copy)?;
    Ok(copied)
}

/// Puts a copy in the place of the database, which no server may have open. What is there, and every journal, is set
/// aside under another name; so no journal of an old database is carried out on the copy. `sealer` has to have the key of
/// the copy.
///
/// # Errors
/// See [`CopyError`]. Up to the moment when the copy is put in place, everything is as it was; if that moment is cut short,
/// there is no database, and doing it again ends it.
pub async fn restore(copy: &Path, database: &Path, sealer: &dyn PasswordSealer) -> Result<Copied, CopyError> {
    if !file::has_content(copy) {
        return Err(OpenError::Empty { path: copy.to_owned() }.into());
    }
    let failed = |refused: Refused| CopyError::Database(refused.at(copy));
    let mut db = source(copy).await.map_err(failed)?;
    if is_known(&mut db, sealer).await.map_err(failed)? != Some(true) {
        return Err(OpenError::WrongKey.into());
    }
    let unwritten = |source: io::Error| CopyError::Write { path: database.to_owned(), source: source.into() };
    let database = &file::resolve(database).map_err(unwritten)?;
    let lock = Lock::take(database)?;
    let partial = write(&mut db, database, &mut |_| ()).await?;
    let _ = db.close().await;
    let (partial, mut copied) = checked(partial, database).await?;
    copied.set_aside = set_aside(database).map_err(unwritten)?;
    persist(partial, database)?;
    lock.release().map_err(unwritten)?;
    Ok(copied)
}

/// A connection to a database of ours that has a registry, in a form that this program knows.
async fn source(path: &Path) -> Result<SqliteConnection, Refused> {
    // A copy on a medium that cannot be written is read all the same, when it has no journal.
    let immutable = !file::has_journal(path) && is_read_only(path);
    let mut db = options(path).read_only(true).immutable(immutable).connect().await?;
    if recognise(&mut db).await? || !is_begun(&mut db).await? {
        return Err(Refused::Empty);
    }
    if form(&mut db).await? == Form::Newer {
        return Err(Refused::Newer);
    }
    Ok(db)
}

/// Whether nothing can be written beside the file.
fn is_read_only(path: &Path) -> bool {
    tempfile::tempfile_in(file::directory(path)).is_err()
}

/// Writes a copy beside the place that it is for, under a name that says what it is.
async fn write(
    db: &mut SqliteConnection,
    copy: &Path,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Partial, CopyError> {
    let unwritten = |source: BoxError| CopyError::Write { path: copy.to_owned(), source };
    let directory = file::directory(copy).canonicalize().map_err(|error| unwritten(error.into()))?;
    let name = copy.file_name().ok_or_else(|| unwritten("it is a directory".into()))?.to_string_lossy().into_owned();
    let directory = tempfile::Builder::new()
        .prefix(&format!(".{name}."))
        .suffix(".partial")
        .tempdir_in(directory)
        .map_err(|error| unwritten(error.into()))?;
    let partial = NamedTempFile::new_in(&directory).map_err(|error| unwritten(error.into()))?;
    let whole = database_bytes(db).await.map_err(|refused| refused.at(copy))?;
    let path = partial.path().to_str().ok_or_else(|| unwritten("its name is not UTF-8".into()))?.to_owned();
    let copying = sqlx::query("VACUUM INTO ?").bind(path).execute(db);
    tokio::pin!(copying);
    loop {
        match tokio::time::timeout(PROGRESS, &mut copying).await {
            Ok(copied) => {
                copied.map_err(|error| unwritten(error.into()))?;
                break;
            }
            Err(_goes_on) => {
                let written = partial.as_file().metadata().map_or(0, |metadata| metadata.len());
                progress(Progress { written, whole });
            }
        }
    }
    partial.as_file().sync_all().map_err(|error| unwritten(error.into()))?;
    Ok(Partial { file: partial, _directory: directory })
}

/// Opens the copy, and lets SQLite check it from end to end.
async fn checked(partial: Partial, copy: &Path) -> Result<(Partial, Copied), CopyError> {
    let check = async {
        let mut db = options(partial.file.path()).read_only(true).immutable(true).connect().await?;
        if recognise(&mut db).await? || !is_begun(&mut db).await? {
            return Err(Refused::Empty);
        }
        if let Some(fault) = Check::Whole.faults(&mut db).await?.into_iter().find(|fault| !is_of_values(fault)) {
            return Err(Refused::Damaged(fault));
        }
        let customers: i64 = sqlx::query_scalar("SELECT count(*) FROM customer").fetch_one(&mut db).await?;
        let bytes = database_bytes(&mut db).await?;
        db.close().await?;
        Ok(Copied { bytes, customers: u64::try_from(customers).unwrap_or_default(), set_aside: None })
    };
    let copied = check.await.map_err(|refused| refused.at(copy))?;
    Ok((partial, copied))
}

/// Gives the copy its name, which is durable when this returns.
fn persist(partial: Partial, copy: &Path) -> Result<(), CopyError> {
    let unwritten = |source: io::Error| match source.kind() {
        io::ErrorKind::AlreadyExists => CopyError::Exists { path: copy.to_owned() },
        _ => CopyError::Write { path: copy.to_owned(), source: source.into() },
    };
    partial.file.persist_noclobber(copy).map_err(|error| unwritten(error.error))?;
    file::sync_directory(file::directory(copy)).map_err(unwritten)
}

/// Moves the database and its journals out of the way: the database first, so that none is opened without its journal.
fn set_aside(database: &Path) -> io::Result<Option<PathBuf>> {
    let taken = |aside: &Path| {
        ["", "-wal", "-shm", "-journal"].iter().any(|suffix| beside(aside, suffix).symlink_metadata().is_ok())
    };
    let mut names = (1_u32..).map(|number| beside(database, &format!(".replaced-{number}")));
    let aside = names.find(|aside| !taken(aside)).unwrap_or_else(|| beside(database, ".replaced"));
    let mut moved = false;
    for suffix in [""].iter().chain(&COMPANIONS) {
        let from = beside(database, suffix);
        if !file::has_content(&from) {
            match std::fs::remove_file(&from) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => continue,
            }
        }
        std::fs::rename(&from, beside(&aside, suffix))?;
        moved = true;
    }
    file::sync_directory(file::directory(database))?;
    Ok(moved.then_some(aside))
}
