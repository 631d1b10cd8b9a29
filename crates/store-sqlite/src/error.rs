//! What a failure of SQLite means to a caller.

use std::path::PathBuf;

use domain::ports::{BoxError, StoreError};

/// Why a database was not opened. Each is one line for the person who starts the program.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or another store in this one, has the file open.
    #[error("{} is in use by another process", path.display())]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// The file has several names (hard links). The journal lies beside one of them, and by another name the database
    /// would be opened without it.
    #[error(
        "{} has another name, too (a hard link), under which its journal would not be found; remove the other one",
        path.display()
    )]
    Linked {
        /// The database.
        path: PathBuf,
    },
    /// There is no database, or one in which no registry was ever begun. Only [`crate::SqliteStore::open_existing`].
    #[error("{} holds no registry", path.display())]
    Empty {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The journal beside the database is another one's: it would be spoilt.
    #[error(
        "{0}-wal is the journal of another database than {0}; put a backup in place with `http-api restore`, which sets \
         old files aside",
        path.display()
    )]
    StrayJournal {
        /// The database.
        path: PathBuf,
    },
    /// The database cannot be read to its end.
    #[error("{} is damaged ({problem}); restore a backup", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// The first thing that SQLite says of it.
        problem: String,
    },
    /// The file is no SQLite database, or one of another program.
    #[error("{} is not a Guestbook database", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The tables have the form of an older version of the program. Only where nothing may be changed.
    #[error("{} has the form of an older version of Guestbook; run `http-api migrate` first", path.display())]
    Older {
        /// The database.
        path: PathBuf,
    },
    /// A newer version of the program has changed the tables.
    #[error("{} was written by a newer version of Guestbook; start that version or a later one", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// The passwords in the database were sealed with another key.
    #[error("the key file does not belong to this database; restore the one it was created with")]
    WrongKey,
    /// Anything else.
    #[error("{} cannot be opened", path.display())]
    Other {
        /// The database.
        path: PathBuf,
        /// Why.
        source: BoxError,
    },
}

/// Primary result codes of SQLite (<https://www.sqlite.org/rescode.html>).
mod code {
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const READONLY: i32 = 8;
    pub(super) const IOERR: i32 = 10;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const NOTADB: i32 = 26;
}

/// What a failed statement means: the machine's trouble may pass, any other is ours.
pub(crate) fn store_error(error: sqlx::Error) -> StoreError {
    let passing = match &error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Io(_) => true,
        // READONLY: the file system was remounted. CANTOPEN: out of file descriptors, or the directory went away.
        error => {
            matches!(
                primary_code(error),
                Some(code::BUSY | code::LOCKED | code::READONLY | code::IOERR | code::FULL | code::CANTOPEN)
            )
        }
    };
    if passing { StoreError::Unavailable(error.into()) } else { StoreError::Internal(error.into()) }
}

/// SQLite found something else than a database.
pub(crate) fn is_no_database(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(code::NOTADB)
}

/// SQLite found a database that contradicts itself.
pub(crate) fn is_damage(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(code::CORRUPT)
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let extended: i32 = error.as_database_error()?.code()?.parse().ok()?;
    // The low byte is the primary code, the others refine it.
    Some(extended & 0xff)
}

#[cfg(test)]
mod tests {
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{ConnectOptions, SqliteConnection};

    use super::*;

    async fn fail(db: &mut SqliteConnection, sql: &'static str) -> StoreError {
        store_error(sqlx::raw_sql(sql).execute(db).await.unwrap_err())
    }

    #[tokio::test]
    async fn a_full_disk_may_pass() {
        let mut db = SqliteConnectOptions::new().in_memory(true).connect().await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (x); PRAGMA max_page_count = 3").execute(&mut db).await.unwrap();
        let full = fail(&mut db, "INSERT INTO t VALUES (zeroblob(100000))").await;
        assert!(matches!(full, StoreError::Unavailable(_)), "{full:?}");
    }

    #[tokio::test]
    async fn a_lock_may_pass() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let options = SqliteConnectOptions::new().filename(file.path()).busy_timeout(std::time::Duration::ZERO);
        let (mut one, mut other) = (options.connect().await.unwrap(), options.connect().await.unwrap());
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut one).await.unwrap();
        let busy = fail(&mut other, "BEGIN IMMEDIATE").await;
        assert!(matches!(busy, StoreError::Unavailable(_)), "{busy:?}");
    }

    #[tokio::test]
    async fn a_file_system_that_takes_no_writes_may_pass() {
        let mut db = SqliteConnectOptions::new().in_memory(true).connect().await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (x); PRAGMA query_only = ON").execute(&mut db).await.unwrap();
        let read_only = fail(&mut db, "INSERT INTO t VALUES (1)").await;
        assert!(matches!(read_only, StoreError::Unavailable(_)), "{read_only:?}");
    }

    #[tokio::test]
    async fn a_faulty_statement_is_ours() {
        let mut db = SqliteConnectOptions::new().in_memory(true).connect().await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (x UNIQUE)").execute(&mut db).await.unwrap();
        for sql in ["SELECT nothing", "INSERT INTO t VALUES (1), (1)"] {
            let fault = fail(&mut db, sql).await;
            assert!(matches!(fault, StoreError::Internal(_)), "{fault:?}");
        }
    }

    #[test]
    fn no_connection_may_pass() {
        for error in
            [sqlx::Error::PoolTimedOut, sqlx::Error::PoolClosed, sqlx::Error::Io(std::io::ErrorKind::Other.into())]
        {
            assert!(matches!(store_error(error), StoreError::Unavailable(_)));
        }
    }
}
