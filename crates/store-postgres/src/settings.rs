//! Which database, and how many connections to it.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Connection, Executor, PgConnection, PgPool};

use crate::attempt::{Attempts, in_time};
use crate::error::{Failure, OpenError};
use crate::server::{self, Role};

/// Connections of a store unless it is told otherwise. With those of the stores apart, and the two of a start, one instance
/// stays within what PgBouncer gives a user and a database by default (`default_pool_size`, 20).
pub const DEFAULT_CONNECTIONS: u32 = 10;
/// How long a call waits for a connection, before it is told to come again. Includes making one.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(4);
/// The same where callers have little time.
const SHORT_ACQUIRE_TIMEOUT: Duration = Duration::from_secs(1);
/// The code of whatever PgBouncer says itself (protocol violation).
const POOLER: &str = "08P01";
/// A connection that nobody used for so long is asked whether it still works, before it is given to a call.
const TRUSTED_FOR: Duration = Duration::from_secs(1);
/// Parameters of a URL that the driver knows. It would ignore any other, and log its value.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "sslrootcert",
    "sslcert",
    "sslkey",
    "host",
    "hostaddr",
    "port",
    "dbname",
    "user",
    "password",
    "application_name",
    "options",
];

/// What every connection is told at its start.
///
/// - Every wait is bounded, also that of the server for a client that has gone away.
/// - READ COMMITTED, whatever the server's default is: a lock that was waited for is read as it is then.
/// - A server that does not wait for its disk is told to: what is answered OK is durable.
/// - Every statement here leads to few rows by a key. Where the server knows little of its tables it may think otherwise, and
///   a plan that was made then stays. See `customer/columns.rs`.
/// - That plan is the same for any values. The server would else plan a batch of few anew each time, which costs as much as
///   carrying it out: it takes an array that it does not know for one of ten. Not on Citus, which needs the values to see
///   where the rows are.
const SESSION: &str = "
    SET statement_timeout = '5s';
    SET lock_timeout = '3s';
    SET idle_in_transaction_session_timeout = '10s';
    SET default_transaction_isolation = 'read committed';
    SET enable_seqscan = off;
    SET enable_hashjoin = off;
    SET enable_mergejoin = off;
    SET enable_bitmapscan = off;
    SET enable_indexonlyscan = off;
    SET enable_material = off;
    SET jit = off;
    SELECT set_config('plan_cache_mode', 'force_generic_plan', false)
    WHERE NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'citus');
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// And what it is told besides, where callers have little time: a statement that nobody waits for any more is not to keep
/// the connection from the next one.
const IN_HASTE: &str = "SET statement_timeout = '1400ms'; SET lock_timeout = '1s'";

/// Which database, and how many connections to it.
#[derive(Clone)]
pub struct Settings {
    options: PgConnectOptions,
    connections: u32,
    in_haste: bool,
    pub(crate) single: bool,
}

impl Settings {
    /// Takes a URL as PostgreSQL's own programs do: `postgres://user:password@host:port/database?sslmode=verify-full`.
    /// What is left out comes from `PGHOST`, `PGUSER`, `PGPASSWORD` and so on, and from `~/.pgpass`.
    ///
    /// # Errors
    /// [`OpenError::Url`], which does not repeat the URL, since it may hold a password.
    pub fn parse(url: &str) -> Result<Self, OpenError> {
        let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
        let names = parameters.split('&').filter_map(|parameter| parameter.split('=').next());
        for name in names.filter(|name| !name.is_empty()) {
            if !PARAMETERS.contains(&name) {
                return Err(OpenError::Url(format!(
                    "has a parameter that is not known; there are {}",
                    PARAMETERS.join(", ")
                )));
            }
        }
        let options = PgConnectOptions::from_str(url)
            .map_err(|_| OpenError::Url("must have the form postgres://USER:PASSWORD@HOST:PORT/DATABASE".into()))?;
        let options =
            if options.get_application_name().is_some() { options } else { options.application_name("guestbook") };
        // The driver would send it at the start of a session, where PgBouncer knows few parameters. No number here needs it.
        let options = options.extra_float_digits(None);
        Ok(Self { options, connections: DEFAULT_CONNECTIONS, in_haste: false, single: true })
    }

    /// At most so many connections, at least one. Without it, [`DEFAULT_CONNECTIONS`].
    #[must_use]
    pub fn connections(self, connections: u32) -> Self {
        Self { connections: connections.max(1), ..self }
    }

    /// Also what comes alone is written step by step, in a transaction of several statements: for comparison.
    #[must_use]
    pub fn step_by_step(self) -> Self {
        Self { single: false, ..self }
    }

    /// The same database by so many other connections, for callers who have little time.
    pub(crate) fn apart(of: &PgPool, connections: u32) -> Self {
        Self { options: PgConnectOptions::clone(&of.connect_options()), connections, in_haste: true, single: true }
    }

    /// A pool that has no connection yet.
    pub(crate) fn pool(&self) -> PgPool {
        let in_haste = self.in_haste;
        let pool = PgPoolOptions::new().max_connections(self.connections);
        // What is set apart stays open: to be opened again it would need a file descriptor, and a place at the server.
        let pool = if in_haste { pool.idle_timeout(None).max_lifetime(None) } else { pool };
        pool.acquire_timeout(if in_haste { SHORT_ACQUIRE_TIMEOUT } else { ACQUIRE_TIMEOUT })
            .test_before_acquire(false)
            .before_acquire(|connection, meta| {
                Box::pin(async move {
                    if meta.idle_for > TRUSTED_FOR {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(SESSION).await?;
                    if in_haste {
                        connection.execute(IN_HASTE).await?;
                    }
                    match server::role(connection).await? {
                        Role::Primary => Ok(()),
                        // Whoever reads there reads what was, and it may never be promoted.
                        Role::ReadOnly(reason) => {
                            Err(sqlx::Error::Protocol(format!("the server takes no writes: {reason}")))
                        }
                    }
                })
            })
            .connect_lazy_with(self.options.clone())
    }

    /// A connection of its own, waited for a while: a database that is started together with us may take a moment.
    pub(crate) async fn connect(&self) -> Result<PgConnection, Failure> {
        let mut attempts = Attempts::begin();
        loop {
            match in_time(async { Ok(PgConnection::connect_with(&self.options).await?) }).await {
                Ok(connection) => return Ok(connection),
                // A pooler tells once what its server said, and then lets everybody wait.
                Err(Failure::Database(sqlx::Error::Database(refused))) if refused.code().as_deref() == Some(POOLER) => {
                    return Err(sqlx::Error::Database(refused).into());
                }
                // It will not learn the protocol.
                Err(Failure::Database(error)) if server::is_foreign(&error) => return Err(error.into()),
                Err(error) => attempts.after(error).await?,
            }
        }
    }

    /// The server and the database, for a person.
    pub(crate) fn place(&self) -> String {
        let (host, port) = (self.options.get_host(), self.options.get_port());
        let database = self.options.get_database().unwrap_or(self.options.get_username());
        format!("{database} on {host}:{port}")
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("connections", &self.connections).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use postgres_cluster::{Database, test_server};

    use super::*;

    #[test]
    fn takes_a_url() {
        let settings = Settings::parse("postgres://guest:secret@db.example:6432/registry?sslmode=verify-full").unwrap();
        assert_eq!(settings.place(), "registry on db.example:6432");
        assert!(!format!("{settings:?}").contains("secret"));
    }

    #[tokio::test]
    async fn who_has_little_time_is_not_kept_waiting_by_a_statement_of_before() {
        let database = Database::create(&test_server()).unwrap();
        let usual = Settings::parse(&database.url()).unwrap().connections(1).pool();
        let apart = Settings::apart(&usual, 2).pool();
        for (pool, connections, timeouts) in [(&usual, 1, "5s 3s"), (&apart, 2, "1400ms 1s")] {
            let told = "SELECT current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')";
            let told: String = sqlx::query_scalar(told).fetch_one(pool).await.unwrap();
            assert_eq!((told.as_str(), pool.options().get_max_connections()), (timeouts, connections));
            pool.close().await;
        }
    }

    #[test]
    fn a_refused_url_is_not_repeated() {
        for url in [
            "postgres://guest:secret@db:port/registry",
            "postgres://guest:secret@db/registry?pasword=secret",
            "postgres://guest:secret@db/registry?sslmode=secret",
        ] {
            let error = Settings::parse(url).unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
}
