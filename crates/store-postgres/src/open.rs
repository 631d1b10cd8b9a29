//! Opening: whose database is it, is it of this version, and is the key the right one.

use std::cmp::Ordering;
use std::sync::Arc;
use std::time::Duration;

use domain::ports::{BoxError, PasswordSealer, SealOwner};
use domain::value::{CustomerId, OrganizationId, Password};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::{Connection, PgConnection};

use crate::attempt::in_time;
use crate::error::{Failure, OpenError};
use crate::server::{self, Role};
use crate::{PostgresStore, Settings};

static MIGRATIONS: Migrator = sqlx::migrate!();

/// Where the migrations that were done are listed. A name of our own: it tells our databases from those of others.
const MIGRATION_TABLE: &str = "guestbook_migration";
/// PostgreSQL 15, as servers count.
const OLDEST: i32 = 150_000;
/// How often, and how long apart, it is looked whether a registry is there of which only the tables are.
const BEGINNING_POLLS: u32 = 20;
const BEGINNING_POLL: Duration = Duration::from_millis(250);
/// What is sealed to recognise the key.
const KEY_CHECK: &str = "guestbook";
/// Whose password that seal is of: nobody's.
pub(crate) const KEY_CHECK_OWNER: SealOwner =
    SealOwner { organization_id: OrganizationId::from_bits(0), customer_id: CustomerId::from_bits(0) };

impl PostgresStore {
    /// Connects, and brings the tables up to date; an empty database gets them. `sealer` seals the customers' passwords; it
    /// has to have the key with which the tables were created. Several instances may do so at the same time.
    ///
    /// # Errors
    /// See [`OpenError`]. A database that is refused is left as it was.
    pub async fn open(settings: Settings, sealer: Arc<dyn PasswordSealer>) -> Result<Self, OpenError> {
        Self::open_as(settings, sealer, Absent::Begun).await
    }

    /// The same for a registry that was begun before: none is begun in its stead.
    ///
    /// # Errors
    /// [`OpenError::Empty`] when there is none; every other as [`PostgresStore::open`].
    pub async fn open_existing(settings: Settings, sealer: Arc<dyn PasswordSealer>) -> Result<Self, OpenError> {
        Self::open_as(settings, sealer, Absent::Refused).await
    }

    async fn open_as(settings: Settings, sealer: Arc<dyn PasswordSealer>, absent: Absent) -> Result<Self, OpenError> {
        let spread = prepare(&settings, &*sealer, absent).await.map_err(|refused| refused.at(settings.place()))?;
        // The quick way writes two tables in one statement, which would go to all machines.
        let single = settings.single && !spread;
        Ok(Self::over(settings.pool(), sealer, spread, single))
    }
}

/// What becomes of a registry that is not there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Absent {
    Begun,
    Refused,
}

/// Why a database was refused, without the place.
pub(crate) enum Refused {
    Unreachable(Failure),
    ReadOnly(&'static str),
    SharedSessions,
    Outdated(String),
    NotOurs,
    Older,
    Newer,
    Empty,
    WrongKey,
    Other(sqlx::Error),
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Other(error)
    }
}

impl Refused {
    pub(crate) fn at(self, place: String) -> OpenError {
        match self {
            Self::Unreachable(Failure::Database(error)) if server::is_foreign(&error) => {
                OpenError::NotPostgres { place, source: cause(error) }
            }
            Self::Unreachable(Failure::Database(error)) if has_code(&error, "28") => {
                OpenError::NotAllowed { place, source: cause(error) }
            }
            Self::Unreachable(Failure::Database(error)) if has_code(&error, "3D000") => {
                OpenError::Missing { place, source: cause(error) }
            }
            Self::Unreachable(Failure::Database(error)) => OpenError::Unreachable { place, source: cause(error) },
            Self::Unreachable(source) => OpenError::Unreachable { place, source: source.into() },
            Self::ReadOnly(reason) => OpenError::ReadOnly { place, reason },
            Self::SharedSessions => OpenError::SharedSessions { place },
            Self::Outdated(version) => OpenError::Outdated { place, version },
            Self::NotOurs => OpenError::NotOurs { place },
            Self::Older => OpenError::Older { place },
            Self::Newer => OpenError::Newer { place },
            Self::Empty => OpenError::Empty { place },
            Self::WrongKey => OpenError::WrongKey,
            Self::Other(error) => OpenError::Other { place, source: cause(error) },
        }
    }
}

/// The error for a person. PostgreSQL's message by itself: the driver adds the line in PostgreSQL's own source code.
fn cause(error: sqlx::Error) -> BoxError {
    match error.as_database_error() {
        Some(answer) => answer.message().into(),
        None => error.into(),
    }
}

/// Whether the server answered with a code that begins so (SQLSTATE).
fn has_code(error: &sqlx::Error, start: &str) -> bool {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    code.is_some_and(|code| code.starts_with(start))
}

/// Returns whether the tables are spread over machines.
async fn prepare(settings: &Settings, sealer: &dyn PasswordSealer, absent: Absent) -> Result<bool, Refused> {
    // Not one of the pool's: those bound the time of every statement, and a change of a large table takes its time.
    let mut connection = settings.connect().await.map_err(Refused::Unreachable)?;
    check_way(settings, &mut connection).await?;
    let fresh = recognise(&mut connection).await?;
    if absent == Absent::Refused && (fresh || !was_begun(&mut connection).await?) {
        return Err(Refused::Empty);
    }
    migrate(&mut connection).await?;
    check_key(&mut connection, sealer).await?;
    let spread = sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus')")
        .fetch_one(&mut connection)
        .await?;
    connection.close().await?;
    Ok(spread)
}

/// The server takes writes, and a session there is a session.
async fn check_way(settings: &Settings, db: &mut PgConnection) -> Result<(), Refused> {
    let mut other = settings.connect().await.map_err(Refused::Unreachable)?;
    let shared = in_time(server::are_shared(db, &mut other)).await;
    server::end(other).await;
    if shared.map_err(Refused::Unreachable)? {
        return Err(Refused::SharedSessions);
    }
    match server::role(db).await? {
        Role::Primary => Ok(()),
        Role::ReadOnly(reason) => Err(Refused::ReadOnly(reason)),
    }
}

/// A registry was begun in the database: its first opening came to its end. One that another instance is just beginning is
/// waited for.
async fn was_begun(db: &mut PgConnection) -> Result<bool, Refused> {
    for _ in 0..BEGINNING_POLLS {
        if is_begun(db).await? {
            return Ok(true);
        }
        tokio::time::sleep(BEGINNING_POLL).await;
    }
    is_begun(db).await
}

/// The same as it is now.
pub(crate) async fn is_begun(db: &mut PgConnection) -> Result<bool, Refused> {
    let table: bool = sqlx::query_scalar("SELECT to_regclass('key_check') IS NOT NULL").fetch_one(&mut *db).await?;
    Ok(table && sqlx::query_scalar("SELECT EXISTS (SELECT FROM key_check)").fetch_one(db).await?)
}

/// The tables are of this version.
///
/// # Errors
/// [`Refused::Older`] or [`Refused::Newer`] when they are not.
pub(crate) async fn is_current(db: &mut PgConnection) -> Result<(), Refused> {
    let newest: i64 =
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM guestbook_migration").fetch_one(db).await?;
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
    match newest.cmp(&known) {
        Ordering::Less => Err(Refused::Older),
        Ordering::Equal => Ok(()),
        Ordering::Greater => Err(Refused::Newer),
    }
}

/// The database is ours, or empty. Returns whether it is empty.
pub(crate) async fn recognise(db: &mut PgConnection) -> Result<bool, Refused> {
    let (number, version, ours, tables): (i32, String, bool, bool) = sqlx::query_as(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                to_regclass($1) IS NOT NULL,
                EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
                        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e'))",
    )
    .bind(MIGRATION_TABLE)
    .fetch_one(db)
    .await?;
    match (number >= OLDEST, ours || !tables) {
        (false, _) => Err(Refused::Outdated(version)),
        (true, false) => Err(Refused::NotOurs),
        (true, true) => Ok(!ours),
    }
}

/// One instance does it, the others wait.
async fn migrate(db: &mut PgConnection) -> Result<(), Refused> {
    let mut migrations = Migrator { migrations: MIGRATIONS.migrations.clone(), ..Migrator::DEFAULT };
    migrations.dangerous_set_table_name(MIGRATION_TABLE);
    migrations.run(db).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) => Refused::Newer,
        MigrateError::Execute(error) => error.into(),
        other => Refused::Other(other.into()),
    })
}

/// The first opening leaves a seal behind, and every later one has to open it.
async fn check_key(db: &mut PgConnection, sealer: &dyn PasswordSealer) -> Result<(), Refused> {
    let password = Password::parse(KEY_CHECK).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let mut tx = db.begin().await?;
    sqlx::query("INSERT INTO key_check (only_row, sealed) VALUES (true, $1) ON CONFLICT DO NOTHING")
        .bind(sealer.seal(&password, owner_of_check()))
        .execute(&mut *tx)
        .await?;
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM key_check").fetch_one(&mut *tx).await?;
    tx.commit().await?;
    if opens(&sealed, sealer) { Ok(()) } else { Err(Refused::WrongKey) }
}

/// The key opens the seal that the first opening left behind.
pub(crate) async fn is_known(db: &mut PgConnection, sealer: &dyn PasswordSealer) -> Result<bool, Refused> {
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT sealed FROM key_check").fetch_one(db).await?;
    Ok(opens(&sealed, sealer))
}

fn opens(sealed: &[u8], sealer: &dyn PasswordSealer) -> bool {
    sealer.open(sealed, owner_of_check()).is_ok_and(|password| password.reveal() == KEY_CHECK)
}

fn owner_of_check() -> SealOwner {
    SealOwner { organization_id: OrganizationId::from_bits(0), customer_id: CustomerId::from_bits(0) }
}
