//! Opening: whose file is it, is it of this version, and is the key the right one.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::ports::{PasswordSealer, SealOwner};
use domain::value::{CustomerId, OrganizationId, Password};
use sqlx::SqlitePool;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};

use crate::error::{OpenError, is_no_database};
use crate::writer::Writer;
use crate::{SqliteStore, file};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// "Gues" in ASCII, in the header of every database of ours.
const APPLICATION_ID: i32 = 0x4775_6573;
/// How long a statement waits for SQLite's own lock. No other process should hold one: a backup might.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a call waits for a connection, before it is told to come again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// How many prepared statements are kept: each that writes or reads many rows is there for every power of two.
const STATEMENTS: usize = 256;
/// How long the journal grows before the database is brought up to date, in pages of 4 KiB: 16 MiB. The more commits a
/// page is part of by then, the less there is to write; a journal that is larger takes longer to be used again, and
/// growing is what costs a disk most.
const CHECKPOINT_PAGES: &str = "4000";
/// What is sealed to recognise the key.
const KEY_CHECK: &str = "guestbook";

impl SqliteStore {
    /// Opens the database, or creates it, and brings its tables up to date. `sealer` seals the customers' passwords; it
    /// has to have the key with which the database was created.
    ///
    /// # Errors
    /// See [`OpenError`]. A file that is refused is left as it was.
    pub async fn open(path: &Path, sealer: Arc<dyn PasswordSealer>) -> Result<Self, OpenError> {
        let other = |source: io::Error| OpenError::Other { path: path.to_owned(), source: source.into() };
        file::create(path).map_err(other)?;
        // Two links to one database have to meet the same lock.
        let path = &path.canonicalize().map_err(other)?;
        let lock = file::lock(path)?;
        let writer = writer(path, &*sealer).await.map_err(|refused| refused.at(path))?;
        let readers = pool(READERS).connect_lazy_with(options(path).read_only(true));
        Ok(Self { writer: Arc::new(writer), readers, sealer, lock: Some(lock) })
    }
}

/// The connection that writes, to a database that is ours and up to date.
async fn writer(path: &Path, sealer: &dyn PasswordSealer) -> Result<Writer, Refused> {
    let options = options(path)
        .synchronous(SqliteSynchronous::Full)
        .statement_cache_capacity(STATEMENTS)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        // Who is erased is not to be read in the file.
        .pragma("secure_delete", "ON")
        // What a statement puts aside is a batch at most, and no file is opened for it.
        .pragma("temp_store", "MEMORY");
    // Migrations take a pool more readily than a connection.
    let pool = pool(1).connect_lazy_with(options.clone());
    if let Err(refused) = prepare(&pool, path, sealer).await {
        pool.close().await;
        return Err(refused);
    }
    Ok(Writer::new(options, pool.acquire().await?.detach(), ACQUIRE_TIMEOUT))
}

/// How connections are kept.
pub(crate) fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A connection is a file handle: it does not go stale, and asking it every time costs more than most reads.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

fn options(path: &Path) -> SqliteConnectOptions {
    // No journal mode here: a stranger's database is not to be changed before it is recognised as one.
    SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_TIMEOUT)
}

/// Why [`prepare`] refused, without the path.
enum Refused {
    NotOurs,
    Newer,
    WrongKey,
    Other(sqlx::Error),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        if is_no_database(&error) { Self::NotOurs } else { Self::Other(error) }
    }
}

impl Refused {
    fn at(self, path: &Path) -> OpenError {
        let path = path.to_owned();
        match self {
            Self::NotOurs => OpenError::NotOurs { path },
            Self::Newer => OpenError::Newer { path },
            Self::WrongKey => OpenError::WrongKey,
            Self::Other(source) => OpenError::Other { path, source: source.into() },
        }
    }
}

async fn prepare(writer: &SqlitePool, path: &Path, sealer: &dyn PasswordSealer) -> Result<(), Refused> {
    recognise(writer).await?;
    file::restrict(path).map_err(sqlx::Error::Io)?;
    // Stays in the file, so that every later connection has it too.
    sqlx::query("PRAGMA journal_mode = WAL").execute(writer).await?;
    MIGRATIONS.run(writer).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => Refused::Newer,
        MigrateError::Execute(error) => error.into(),
        other => Refused::Other(other.into()),
    })?;
    check_key(writer, sealer).await
}

/// The database is ours, or empty, and then becomes ours.
async fn recognise(writer: &SqlitePool) -> Result<(), Refused> {
    let (application_id, tables): (i32, i64) =
        sqlx::query_as("SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id")
            .fetch_one(writer)
            .await?;
    match (application_id, tables) {
        (APPLICATION_ID, _) => Ok(()),
        (0, 0) => {
            // APPLICATION_ID, which a pragma does not take as a parameter.
            sqlx::query("PRAGMA application_id = 0x47756573").execute(writer).await?;
            Ok(())
        }
        _ => Err(Refused::NotOurs),
    }
}

/// The first opening leaves a seal behind, and every later one has to open it.
async fn check_key(writer: &SqlitePool, sealer: &dyn PasswordSealer) -> Result<(), Refused> {
    let owner = SealOwner { organization_id: OrganizationId::from_bits(0), customer_id: CustomerId::from_bits(0) };
    let sealed: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT sealed FROM key_check WHERE only = 1").fetch_optional(writer).await?;
    if let Some(sealed) = sealed {
        let known = sealer.open(&sealed, owner).is_ok_and(|password| password.reveal() == KEY_CHECK);
        return if known { Ok(()) } else { Err(Refused::WrongKey) };
    }
    let password = Password::parse(KEY_CHECK).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query("INSERT INTO key_check (only, sealed) VALUES (1, ?)")
        .bind(sealer.seal(&password, owner))
        .execute(writer)
        .await?;
    Ok(())
}

/// How SQLite would carry out the statement, one step a line.
#[cfg(test)]
pub(crate) async fn plan(sql: &str) -> String {
    let db = SqlitePoolOptions::new().max_connections(1).connect("sqlite::memory:").await.unwrap();
    MIGRATIONS.run(&db).await.unwrap();
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(&db).await.unwrap();
    steps.into_iter().map(|(_, _, _, step)| step + "\n").collect()
}

#[cfg(test)]
mod tests {
    use store_suite::TestSealer;

    use super::*;

    /// What was answered has to survive a power cut: in WAL mode that takes FULL.
    #[tokio::test]
    async fn the_writer_waits_for_the_disk() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&directory.path().join("db"), Arc::new(TestSealer::default())).await.unwrap();
        let mut writer = store.writer.turn().await.unwrap();
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *writer).await.unwrap();
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *writer).await.unwrap();
        assert_eq!((synchronous, &*journal), (2, "wal"));
    }
}
