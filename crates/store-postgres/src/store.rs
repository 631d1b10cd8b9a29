//! The store, and how it reaches the database.

use std::sync::Arc;

use domain::ports::{ErrorChain, PasswordSealer};
use sqlx::PgPool;
use sqlx::pool::PoolConnection;
use sqlx::postgres::Postgres;

use crate::attempt::{Attempts, Fate, fate, in_time};
use crate::customer::{OfKey, OfUsername};
use crate::error::{Failure, Remedy, remedy};
use crate::look_ups::LookUps;
use crate::settings::Settings;
use crate::token::OfToken;

/// The registry in a PostgreSQL database. [`PostgresStore::open`] opens it.
pub struct PostgresStore {
    pub(crate) pool: PgPool,
    pub(crate) sealer: Arc<dyn PasswordSealer>,
    /// The tables are spread over machines by bucket.
    pub(crate) spread: bool,
    /// A command that comes alone has a quick way.
    pub(crate) single: bool,
    /// Whose tokens are.
    pub(crate) tokens: Arc<LookUps<OfToken>>,
    /// What customers log in with.
    pub(crate) credentials: Arc<LookUps<OfUsername>>,
    /// Whether keys have an owner.
    pub(crate) keys: Arc<LookUps<OfKey>>,
}

/// Does something that may be done twice, and again when it failed for a reason that passes:
/// `repeat!(store, |db| work(db))`, where `db` is a `&mut PgConnection` and the work answers `Result<_, Failure>`.
macro_rules! repeat {
    ($store:expr, |$db:ident| $work:expr) => {{
        let mut attempts = $crate::attempt::Attempts::begin();
        loop {
            let done = async {
                let mut connection = $store.pool.acquire().await?;
                let $db = &mut *connection;
                let done = $crate::attempt::in_time($work).await;
                $crate::store::give_back(connection, &done);
                done
            };
            match done.await {
                Ok(value) => break Ok(value),
                Err(error) => match attempts.after(error).await {
                    Ok(()) => {}
                    Err(error) => break Err($crate::error::store_error(error)),
                },
            }
        }
    }};
}

/// Does something in a transaction, and exactly once, also when the answer to its COMMIT is lost. The work answers
/// `Result<(_, Option<String>), Failure>`, with the number of the transaction (see [`crate::attempt::numbered`]):
/// `once!(store, |db, repeated| work(db))`, where `repeated` tells whether it was tried before. Attempts that were made in
/// another way count: `once!(store, attempts, |db, repeated| work(db))`.
macro_rules! once {
    ($store:expr, |$db:ident, $repeated:pat_param| $work:expr) => {{
        let mut attempts = $crate::attempt::Attempts::begin();
        $crate::store::once!($store, attempts, |$db, $repeated| $work)
    }};
    ($store:expr, $attempts:ident, |$db:ident, $repeated:pat_param| $work:expr) => {{
        loop {
            let done = async {
                let mut lease = $crate::store::Lease::of($store.pool.acquire().await?);
                let $repeated = $attempts.repeated();
                let done = $crate::attempt::in_time(async {
                    let mut tx = sqlx::Connection::begin(&mut *lease.connection).await?;
                    let $db = &mut *tx;
                    let (value, number) = $work.await?;
                    Ok((value, number, tx.commit().await.map_err($crate::error::Failure::from)))
                })
                .await;
                $store.settle(lease, done).await
            };
            match done.await {
                Ok(value) => break Ok(value),
                Err(error) => match $attempts.after(error).await {
                    Ok(()) => {}
                    Err(error) => break Err($crate::error::store_error(error)),
                },
            }
        }
    }};
}

pub(crate) use {once, repeat};

/// What a transaction made, its number if it wrote anything, and what was said to its COMMIT.
pub(crate) type Committing<T> = (T, Option<String>, Result<(), Failure>);

/// A connection with a transaction on it. When the caller goes away in the middle, it is closed: what state it is in
/// cannot be known, and the next one must not write into a transaction that nobody commits.
pub(crate) struct Lease {
    pub(crate) connection: PoolConnection<Postgres>,
    /// Nothing happened to it.
    sound: bool,
}

impl Lease {
    pub(crate) const fn of(connection: PoolConnection<Postgres>) -> Self {
        Self { connection, sound: false }
    }

    pub(crate) fn end<T>(mut self, done: &Result<T, Failure>) {
        self.sound = !is_broken(done);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.sound {
            self.connection.close_on_drop();
        }
    }
}

/// Back to the pool, but for a connection that something happened to: nobody is to meet it again.
pub(crate) fn give_back<T>(mut connection: PoolConnection<Postgres>, done: &Result<T, Failure>) {
    if is_broken(done) {
        connection.close_on_drop();
    }
}

fn is_broken<T>(done: &Result<T, Failure>) -> bool {
    done.as_ref().err().is_some_and(|error| remedy(error) == Remedy::Reconnect)
}

impl PostgresStore {
    /// The store over these connections.
    pub(crate) fn over(pool: PgPool, sealer: Arc<dyn PasswordSealer>, spread: bool, single: bool) -> Self {
        Self {
            tokens: LookUps::new(pool.clone()),
            credentials: LookUps::new(pool.clone()),
            keys: LookUps::new(pool.clone()),
            pool,
            sealer,
            spread,
            single,
        }
    }

    /// The same store over so many connections of its own: whoever uses the others, and however long, is not in its way.
    /// It is for callers who have little time: no statement takes longer than a second and a half. It is closed by itself.
    #[must_use]
    pub fn apart(&self, connections: u32) -> Self {
        let pool = Settings::apart(&self.pool, connections).pool();
        Self::over(pool, self.sealer.clone(), self.spread, self.single)
    }

    /// Closes every connection. Calls after this answer that the store is unavailable.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The value of a transaction that went up to its COMMIT, if that was carried out. Its answer may be lost; the number
    /// of the transaction tells then.
    ///
    /// # Errors
    /// It was not, or it cannot be found out.
    pub(crate) async fn settle<T>(&self, lease: Lease, done: Result<Committing<T>, Failure>) -> Result<T, Failure> {
        let (value, number, committed) = match done {
            Ok(done) => done,
            Err(error) => {
                let done = Err(error);
                lease.end::<T>(&done);
                return done;
            }
        };
        lease.end(&committed);
        match committed {
            Err(lost) if remedy(&lost) == Remedy::Reconnect => self.ask(number, lost).await.map(|()| value),
            committed => committed.map(|()| value),
        }
    }

    /// Returns when it is certain that the transaction with this number was committed.
    ///
    /// # Errors
    /// `lost` when it was not; any other when that cannot be found out.
    async fn ask(&self, number: Option<String>, lost: Failure) -> Result<(), Failure> {
        let Some(number) = number else {
            // Nothing was written here. What was written on another machine is not known here, and must not be repeated.
            return Err(if self.spread { Failure::Unknown(lost.into()) } else { lost });
        };
        tracing::info!(error = %ErrorChain(&lost), "asking what became of a commit");
        let mut attempts = Attempts::begin();
        loop {
            let asked = async {
                let mut connection = self.pool.acquire().await?;
                let fate = in_time(fate(&mut connection, &number)).await;
                give_back(connection, &fate);
                fate
            };
            let pending = match asked.await {
                Ok(Some(Fate::Committed)) => return Ok(()),
                Ok(Some(Fate::Aborted)) => return Err(lost),
                Ok(None) => Failure::Lost,
                Err(error) => error,
            };
            attempts.after(pending).await.map_err(|error| Failure::Unknown(error.into()))?;
        }
    }
}

impl std::fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresStore").finish_non_exhaustive()
    }
}
