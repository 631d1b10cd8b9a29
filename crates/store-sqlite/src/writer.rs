//! The connection that writes. There is one, so that writers wait for each other here, in the order in which they came.
//!
//! It is no pool of one: a pool asks its connection for a sign of life whenever it comes back, which costs as much as a
//! statement.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};
use tokio::time::timeout;

/// The connection, lent to one at a time.
pub(crate) struct Writer {
    /// For another connection, should this one be lost.
    options: SqliteConnectOptions,
    /// None when it is closed.
    connection: Mutex<Option<SqliteConnection>>,
    /// Whoever had it last may have left a transaction open. Read and written by who has the connection.
    unfinished: AtomicBool,
    patience: Duration,
}

impl Writer {
    /// Lends this connection, which was opened with these options. A turn is waited for as long as `patience`.
    pub(crate) fn new(options: SqliteConnectOptions, connection: SqliteConnection, patience: Duration) -> Self {
        Self { options, connection: Mutex::new(Some(connection)), unfinished: AtomicBool::new(false), patience }
    }

    /// Waits for the connection.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>, sqlx::Error> {
        let connection = timeout(self.patience, self.connection.lock()).await;
        let connection = connection.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let mut connection =
            MutexGuard::try_map(connection, Option::as_mut).map_err(|_closed| sqlx::Error::PoolClosed)?;
        if self.unfinished.load(Ordering::Relaxed) {
            self.tidy(&mut connection).await?;
        }
        self.unfinished.store(true, Ordering::Relaxed);
        Ok(Turn { connection, unfinished: &self.unfinished })
    }

    /// A transaction that holds the write lock from its start: whatever it reads stays true until it commits.
    pub(crate) async fn begin(&self) -> Result<Turn<'_>, sqlx::Error> {
        let mut turn = self.turn().await?;
        sqlx::query("BEGIN IMMEDIATE").execute(&mut *turn).await?;
        Ok(turn)
    }

    /// Waits for the last turn to end, and takes the connection away for good.
    pub(crate) async fn retire(&self) -> Option<SqliteConnection> {
        let mut connection = self.connection.lock().await.take()?;
        // When this fails, so does what comes next.
        let _ = self.tidy(&mut connection).await;
        Some(connection)
    }

    /// Undoes what the last turn has left behind, because of an error or because its caller hung up.
    async fn tidy(&self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        match sqlx::query("ROLLBACK").execute(&mut *connection).await {
            // There was no transaction: it had not begun yet, or its end was not waited for.
            Ok(_) | Err(sqlx::Error::Database(_)) => {}
            Err(_gone) => *connection = self.options.connect().await?,
        }
        self.unfinished.store(false, Ordering::Relaxed);
        Ok(())
    }
}

/// The connection, until this is dropped. What is not committed by then is rolled back before the next turn.
pub(crate) struct Turn<'w> {
    connection: MappedMutexGuard<'w, SqliteConnection>,
    unfinished: &'w AtomicBool,
}

impl Turn<'_> {
    /// Makes durable what was written.
    pub(crate) async fn commit(mut self) -> Result<(), sqlx::Error> {
        sqlx::query("COMMIT").execute(&mut *self).await?;
        self.finish();
        Ok(())
    }

    /// Undoes what was written.
    pub(crate) async fn rollback(mut self) -> Result<(), sqlx::Error> {
        sqlx::query("ROLLBACK").execute(&mut *self).await?;
        self.finish();
        Ok(())
    }

    /// Ends a turn without a transaction, or one whose statements ended it.
    pub(crate) fn finish(self) {
        self.unfinished.store(false, Ordering::Relaxed);
    }
}

impl Deref for Turn<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Turn<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn writer() -> Writer {
        let options = SqliteConnectOptions::new().in_memory(true);
        let connection = options.connect().await.unwrap();
        let writer = Writer::new(options, connection, Duration::from_secs(5));
        let mut turn = writer.turn().await.unwrap();
        sqlx::raw_sql("CREATE TABLE t (x)").execute(&mut *turn).await.unwrap();
        turn.finish();
        writer
    }

    async fn add(turn: &mut Turn<'_>) {
        sqlx::query("INSERT INTO t VALUES (1)").execute(&mut **turn).await.unwrap();
    }

    async fn count(writer: &Writer) -> i64 {
        let mut turn = writer.begin().await.unwrap();
        let count = sqlx::query_scalar("SELECT count(*) FROM t").fetch_one(&mut *turn).await.unwrap();
        turn.commit().await.unwrap();
        count
    }

    #[tokio::test]
    async fn only_what_is_committed_stays() {
        let writer = writer().await;
        let mut committed = writer.begin().await.unwrap();
        add(&mut committed).await;
        committed.commit().await.unwrap();
        let mut rolled_back = writer.begin().await.unwrap();
        add(&mut rolled_back).await;
        rolled_back.rollback().await.unwrap();
        let mut dropped = writer.begin().await.unwrap();
        add(&mut dropped).await;
        drop(dropped);
        assert_eq!(count(&writer).await, 1);
    }

    #[tokio::test]
    async fn a_turn_without_a_transaction_spoils_nothing() {
        let writer = writer().await;
        drop(writer.turn().await.unwrap());
        assert_eq!(count(&writer).await, 0);
    }

    #[tokio::test]
    async fn nobody_waits_for_ever() {
        let writer = writer().await;
        let turn = writer.begin().await.unwrap();
        tokio::time::pause();
        assert!(matches!(writer.turn().await, Err(sqlx::Error::PoolTimedOut)));
        tokio::time::resume();
        drop(turn);
        assert_eq!(count(&writer).await, 0);
    }

    #[tokio::test]
    async fn a_retired_writer_is_closed() {
        let writer = writer().await;
        drop(writer.begin().await.unwrap());
        assert!(writer.retire().await.is_some());
        assert!(matches!(writer.turn().await, Err(sqlx::Error::PoolClosed)));
        assert!(writer.retire().await.is_none());
    }
}
