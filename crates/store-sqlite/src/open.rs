//! Opening: whose file is it, is it of this version, and is the key the right one.

use std::cmp::Ordering;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use domain::ports::{PasswordSealer, SealOwner};
use domain::value::{CustomerId, OrganizationId, Password};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, SqliteConnection, SqlitePool};

use crate::error::{OpenError, is_damage, is_no_database};
use crate::examine::{Check, is_of_values};
use crate::file::Lock;
use crate::journal::Journal;
use crate::writer::Writer;
use crate::{SqliteStore, file};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// "Gues" in ASCII, in the header of every database of ours.
const APPLICATION_ID: i32 = 0x4775_6573;
/// How long a statement waits for SQLite's own lock. No other process should hold one: a backup might.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a call waits for a connection, before it is told to come again.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// How many prepared statements are kept: each that writes or reads many rows is there for every power of two.
const STATEMENTS: usize = 256;
/// How long the journal grows before the database is brought up to date, in pages of 4 KiB: 16 MiB. The more commits a
/// page is part of by then, the less there is to write; a journal that is larger takes longer to be used again, and
/// growing is what costs a disk most.
const CHECKPOINT_PAGES: &str = "4000";
/// A database with a journal that nobody closed is read through before it is opened, when it is no larger than this: a
/// copy that was put beside an old journal is damaged by it. A processor reads some 800 MiB a second, and a start is to
/// take seconds.
const CHECKED_AT_START: u64 = 4 << 30;
/// One that is no larger than this is also checked for what indexes say of tables, which takes about three times as long.
const CHECKED_THOROUGHLY: u64 = 1 << 30;
/// What is sealed to recognise the key.
const KEY_CHECK: &str = "guestbook";
/// Whose password that seal is of: nobody's.
pub(crate) const KEY_CHECK_OWNER: SealOwner =
    SealOwner { organization_id: OrganizationId::from_bits(0), customer_id: CustomerId::from_bits(0) };

impl SqliteStore {
    /// Opens the database, or creates it, and brings its tables up to date. `sealer` seals the customers' passwords; it
    /// has to have the key with which the database was created.
    ///
    /// # Errors
    /// See [`OpenError`]. A file that is refused is left as it was.
    pub async fn open(path: &Path, sealer: Arc<dyn PasswordSealer>) -> Result<Self, OpenError> {
        Self::open_as(path, sealer, Absent::Begun).await
    }

    /// The same for a registry that was begun before: none is begun in its stead.
    ///
    /// # Errors
    /// [`OpenError::Empty`] when there is none; every other as [`SqliteStore::open`].
    pub async fn open_existing(path: &Path, sealer: Arc<dyn PasswordSealer>) -> Result<Self, OpenError> {
        // Before anything is made there: SQLite removes a journal that lies beside an empty database.
        if !file::has_content(path) {
            return Err(OpenError::Empty { path: path.to_owned() });
        }
        Self::open_as(path, sealer, Absent::Refused).await
    }

    /// The same beside a process that has the database open: without the lock, and without any change of the form of the
    /// tables. It is for short transactions, which the other process waits for.
    ///
    /// # Errors
    /// [`OpenError::Older`] when the tables do not have this version's form; every other as
    /// [`SqliteStore::open_existing`].
    pub async fn open_beside(path: &Path, sealer: Arc<dyn PasswordSealer>) -> Result<Self, OpenError> {
        if !file::has_content(path) {
            return Err(OpenError::Empty { path: path.to_owned() });
        }
        let other = |source: io::Error| OpenError::Other { path: path.to_owned(), source: source.into() };
        let path = &file::resolve(path).map_err(other)?;
        let writer = Arc::new(beside(path, &*sealer).await.map_err(|refused| refused.at(path))?);
        let readers = pool(READERS).connect_lazy_with(options(path).read_only(true));
        let journal = Arc::new(Journal::of(path, &writer));
        Ok(Self { writer, readers, sealer, journal, lock: None })
    }

    async fn open_as(path: &Path, sealer: Arc<dyn PasswordSealer>, absent: Absent) -> Result<Self, OpenError> {
        let other = |source: io::Error| OpenError::Other { path: path.to_owned(), source: source.into() };
        let path = &file::resolve(path).map_err(other)?;
        let lock = Lock::take(path)?;
        if lock.has_stray_journal(path).map_err(other)? {
            return Err(OpenError::StrayJournal { path: path.to_owned() });
        }
        let left = file::has_journal(path);
        let fresh = inspect(path, absent, left).await.map_err(|refused| refused.at(path))?;
        let writer = writer(path, fresh, &*sealer).await.map_err(|refused| refused.at(path))?;
        let readers = pool(READERS).connect_lazy_with(options(path).read_only(true));
        let writer = Arc::new(writer);
        let journal = Arc::new(Journal::of(path, &writer));
        if left {
            // Whoever was erased before the last process ended may still be in it.
            let mut turn = writer.turn().await.map_err(|error| Refused::from(error).at(path))?;
            journal.forget(&mut turn).await;
            turn.finish();
        }
        Ok(Self { writer, readers, sealer, journal, lock: Some(lock) })
    }
}

/// What becomes of a registry that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Absent {
    Begun,
    Refused,
}

/// Looks at the database without changing it. Returns whether it is empty.
async fn inspect(path: &Path, absent: Absent, left: bool) -> Result<bool, Refused> {
    let mut db = options(path).read_only(true).connect().await?;
    let inspected = async {
        let fresh = recognise(&mut db).await?;
        if absent == Absent::Refused && (fresh || !is_begun(&mut db).await?) {
            return Err(Refused::Empty);
        }
        if left {
            undamaged(&mut db).await?;
        }
        Ok(fresh)
    };
    let inspected = inspected.await;
    db.close().await?;
    inspected
}

/// A connection that writes, to a database that another process keeps up to date.
async fn beside(path: &Path, sealer: &dyn PasswordSealer) -> Result<Writer, Refused> {
    let options = writing(path);
    let mut db = options.connect().await?;
    if recognise(&mut db).await? || !is_begun(&mut db).await? {
        return Err(Refused::Empty);
    }
    match form(&mut db).await? {
        Form::Older => return Err(Refused::Older),
        Form::Newer => return Err(Refused::Newer),
        Form::Current => {}
    }
    if is_known(&mut db, sealer).await? != Some(true) {
        return Err(Refused::WrongKey);
    }
    Ok(Writer::new(options, db, ACQUIRE_TIMEOUT))
}

/// How a connection is opened that writes.
fn writing(path: &Path) -> SqliteConnectOptions {
    options(path)
        .synchronous(SqliteSynchronous::Full)
        .statement_cache_capacity(STATEMENTS)
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
        // Who is erased is not to be read in the file.
        .pragma("secure_delete", "ON")
        // What a statement puts aside is a batch at most, and no file is opened for it.
        .pragma("temp_store", "MEMORY")
}

/// The connection that writes, to a database that is ours and up to date.
async fn writer(path: &Path, fresh: bool, sealer: &dyn PasswordSealer) -> Result<Writer, Refused> {
    let options = writing(path);
    // Migrations take a pool more readily than a connection.
    let pool = pool(1).connect_lazy_with(options.clone());
    if let Err(refused) = prepare(&pool, path, fresh, sealer).await {
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

/// A connection to the database, with everything that any of ours has.
pub(crate) fn options(path: &Path) -> SqliteConnectOptions {
    // No journal mode here: a stranger's database is not to be changed before it is recognised as one.
    SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_TIMEOUT)
}

/// Why [`prepare`] refused, without the path.
pub(crate) enum Refused {
    NotOurs,
    Newer,
    WrongKey,
    Older,
    Empty,
    Damaged(String),
    Other(sqlx::Error),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        match error {
            error if is_no_database(&error) => Self::NotOurs,
            error if is_damage(&error) => Self::Damaged(error.to_string()),
            error => Self::Other(error),
        }
    }
}

impl Refused {
    pub(crate) fn at(self, path: &Path) -> OpenError {
        let path = path.to_owned();
        match self {
            Self::NotOurs => OpenError::NotOurs { path },
            Self::Older => OpenError::Older { path },
            Self::Newer => OpenError::Newer { path },
            Self::WrongKey => OpenError::WrongKey,
            Self::Empty => OpenError::Empty { path },
            Self::Damaged(problem) => OpenError::Damaged { path, problem },
            Self::Other(source) => OpenError::Other { path, source: source.into() },
        }
    }
}

async fn prepare(writer: &SqlitePool, path: &Path, fresh: bool, sealer: &dyn PasswordSealer) -> Result<(), Refused> {
    if fresh {
        // APPLICATION_ID, which a pragma does not take as a parameter.
        sqlx::query("PRAGMA application_id = 0x47756573").execute(writer).await?;
    }
    file::restrict(path).map_err(sqlx::Error::Io)?;
    // Stays in the file, so that every later connection has it too.
    sqlx::query("PRAGMA journal_mode = WAL").execute(writer).await?;
    MIGRATIONS.run(writer).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => Refused::Newer,
        MigrateError::Execute(error) => error.into(),
        other => Refused::Other(other.into()),
    })?;
    let mut db = writer.acquire().await?;
    match is_known(&mut db, sealer).await? {
        Some(true) => Ok(()),
        Some(false) => Err(Refused::WrongKey),
        // The first opening leaves a seal behind, and every later one has to open it.
        None => leave_check(&mut db, sealer).await,
    }
}

/// The database is ours, or empty. Returns whether it is empty, and nobody's yet.
pub(crate) async fn recognise(db: &mut SqliteConnection) -> Result<bool, Refused> {
    let (application_id, tables): (i32, i64) =
        sqlx::query_as("SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id")
            .fetch_one(db)
            .await?;
    match (application_id, tables) {
        (APPLICATION_ID, _) => Ok(false),
        (0, 0) => Ok(true),
        _ => Err(Refused::NotOurs),
    }
}

/// A registry was begun in the database: its first opening came to its end.
pub(crate) async fn is_begun(db: &mut SqliteConnection) -> Result<bool, Refused> {
    let tables: i64 =
        sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'key_check'").fetch_one(&mut *db).await?;
    Ok(tables > 0 && sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM key_check)").fetch_one(db).await?)
}

/// In which form the database's tables are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Older,
    Current,
    Newer,
}

/// Compares the newest change of the tables with the newest that this program knows.
pub(crate) async fn form(db: &mut SqliteConnection) -> Result<Form, Refused> {
    let newest: i64 =
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations").fetch_one(db).await?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    Ok(match newest.cmp(&known) {
        Ordering::Less => Form::Older,
        Ordering::Equal => Form::Current,
        Ordering::Greater => Form::Newer,
    })
}

/// How large the database is.
pub(crate) async fn database_bytes(db: &mut SqliteConnection) -> Result<u64, Refused> {
    let (pages, bytes): (i64, i64) =
        sqlx::query_as("SELECT page_count, page_size FROM pragma_page_count, pragma_page_size").fetch_one(db).await?;
    Ok(u64::try_from(pages * bytes).unwrap_or_default())
}

/// The pages of the database fit together, and in a small one also indexes and tables.
async fn undamaged(db: &mut SqliteConnection) -> Result<(), Refused> {
    let check = match database_bytes(db).await? {
        bytes if bytes <= CHECKED_THOROUGHLY => Check::Whole,
        bytes if bytes <= CHECKED_AT_START => Check::Pages,
        _ => return Ok(()),
    };
    match check.faults(db).await?.into_iter().find(|fault| !is_of_values(fault)) {
        None => Ok(()),
        Some(fault) => Err(Refused::Damaged(fault)),
    }
}

fn owner_of_check() -> SealOwner {
    SealOwner { organization_id: OrganizationId::from_bits(0), customer_id: CustomerId::from_bits(0) }
}

/// Whether the key opens the seal that the first opening left behind. None: there is no seal yet.
pub(crate) async fn is_known(db: &mut SqliteConnection, sealer: &dyn PasswordSealer) -> Result<Option<bool>, Refused> {
    let sealed: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT sealed FROM key_check WHERE only = 1").fetch_optional(db).await?;
    let opens =
        |sealed: Vec<u8>| sealer.open(&sealed, owner_of_check()).is_ok_and(|password| password.reveal() == KEY_CHECK);
    Ok(sealed.map(opens))
}

async fn leave_check(db: &mut SqliteConnection, sealer: &dyn PasswordSealer) -> Result<(), Refused> {
    let password = Password::parse(KEY_CHECK).map_err(|error| sqlx::Error::Encode(error.into()))?;
    sqlx::query("INSERT INTO key_check (only, sealed) VALUES (1, ?)")
        .bind(sealer.seal(&password, owner_of_check()))
        .execute(db)
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
