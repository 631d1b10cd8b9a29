//! The store, and how it reaches the database.

use std::io::ErrorKind;
use std::sync::Arc;

use domain::ports::{ErrorChain, PasswordSealer, StoreError};
use sqlx::PgPool;
use sqlx::pool::PoolConnection;
use sqlx::postgres::Postgres;

use crate::attempt::{Attempts, in_time};
use crate::customer::{OfKey, OfUsername};
use crate::error::{Failure, Remedy, remedy};
use crate::look_ups::LookUps;
use crate::settings::Settings;
use crate::token::OfToken;
use crate::transaction::{Fate, Proof};
use crate::writers::{Lease, Writers};

/// The registry in a PostgreSQL database. [`PostgresStore::open`] opens it.
pub struct PostgresStore {
    pub(crate) pool: PgPool,
    /// Who may write over them.
    pub(crate) writers: Arc<Writers>,
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

/// The same for what writes: `repeat_write!(store, |db| work(db))`. What is found done already may have been done by an attempt
/// of before, whose commit was cut short: then it may not be at a standby yet.
macro_rules! repeat_write {
    ($store:expr, |$db:ident| $work:expr) => {{
        let mut attempts = $crate::attempt::Attempts::begin();
        loop {
            let done = async {
                let mut lease = $store.lease().await?;
                let done = $crate::attempt::in_time(async {
                    let $db = &mut *lease;
                    let value = $work.await?;
                    if attempts.repeated() {
                        $crate::transaction::insist(&mut lease).await?;
                    }
                    Ok(value)
                })
                .await;
                lease.end(&done);
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
/// `Result<(_, Proof), Failure>`, with what the transaction is found by (see [`crate::transaction`]):
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
                let mut lease = $store.lease().await?;
                let $repeated = $attempts.repeated();
                let done = $crate::attempt::in_time(async {
                    let mut tx = sqlx::Connection::begin(&mut *lease).await?;
                    let $db = &mut *tx;
                    let (value, proof) = $work.await?;
                    Ok((value, proof, tx.commit().await.map_err($crate::error::Failure::from)))
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

pub(crate) use {once, repeat, repeat_write};

/// What a transaction made, what it is found by, and what was said to its COMMIT.
pub(crate) type Committing<T> = (T, Proof, Result<(), Failure>);

/// Back to the pool, but for a connection that something happened to: nobody is to meet it again.
pub(crate) fn give_back<T>(mut connection: PoolConnection<Postgres>, done: &Result<T, Failure>) {
    if is_broken(done) {
        connection.close_on_drop();
    }
}

pub(crate) fn is_broken<T>(done: &Result<T, Failure>) -> bool {
    done.as_ref().err().is_some_and(|error| remedy(error) == Remedy::Reconnect)
}

impl PostgresStore {
    /// The store over these connections.
    pub(crate) fn over(pool: PgPool, sealer: Arc<dyn PasswordSealer>, spread: bool, single: bool) -> Self {
        Self {
            tokens: LookUps::new(pool.clone()),
            credentials: LookUps::new(pool.clone()),
            keys: LookUps::new(pool.clone()),
            writers: Writers::of(&pool),
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

    /// Opens every connection now, so that none has to be opened later, when the process may be out of file descriptors or the
    /// server out of places.
    ///
    /// # Errors
    /// One of them cannot be opened.
    pub async fn open_connections(&self) -> Result<(), StoreError> {
        let mut connections = Vec::new();
        for _ in 0..self.pool.options().get_max_connections() {
            let connection = self.pool.acquire().await;
            connections.push(connection.map_err(|error| crate::error::store_error(error.into()))?);
        }
        Ok(())
    }

    /// Closes every connection. Calls after this answer that the store is unavailable.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// A connection to write over. Waits for one as long as for any connection.
    pub(crate) async fn lease(&self) -> Result<Lease, Failure> {
        self.writers.lease(&self.pool).await
    }

    /// The value of a transaction that went up to its COMMIT, if that was carried out. Its answer may be lost; then it is asked
    /// for.
    ///
    /// # Errors
    /// It was not, or it cannot be found out.
    pub(crate) async fn settle<T>(&self, lease: Lease, done: Result<Committing<T>, Failure>) -> Result<T, Failure> {
        let (value, proof, committed) = match done {
            Ok(done) => done,
            Err(error) => {
                let done = Err(error);
                lease.end::<T>(&done);
                return done;
            }
        };
        lease.end(&committed);
        match committed {
            Err(lost) if remedy(&lost) == Remedy::Reconnect => self.ask(proof, lost).await.map(|()| value),
            committed => committed.map(|()| value),
        }
    }

    /// Returns when it is certain that the transaction was committed, and durable.
    ///
    /// # Errors
    /// `lost` when it was not; any other when that cannot be found out.
    async fn ask(&self, proof: Proof, lost: Failure) -> Result<(), Failure> {
        if proof.is_none() {
            // Nothing was written here. What was written on another machine is not known here, and must not be repeated.
            return Err(if self.spread { Failure::Unknown(lost.into()) } else { lost });
        }
        tracing::info!(error = %ErrorChain(&lost), "asking what became of a commit");
        let mut attempts = Attempts::begin();
        loop {
            let asked = async {
                let mut lease = self.lease().await?;
                let fate = in_time(proof.fate(&mut lease)).await;
                lease.end(&fate);
                fate
            };
            let pending = match asked.await {
                Ok(Fate::Committed) => return Ok(()),
                Ok(Fate::Aborted) => return Err(lost),
                Ok(Fate::Unknown) => return Err(Failure::Unknown(lost.into())),
                // It may wait for a standby.
                Ok(Fate::Pending) => sqlx::Error::Io(ErrorKind::WouldBlock.into()).into(),
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
