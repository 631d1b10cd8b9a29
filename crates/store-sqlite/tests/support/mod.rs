//! A database of a test's own, and a way past the store.

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use store_sqlite::{OpenError, SqliteStore};
use store_suite::TestSealer;
use tempfile::TempDir;

/// A directory that goes away with the test.
pub(crate) struct Place(TempDir);

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.beside("")
    }

    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        self.0.path().join(format!("guestbook.db{suffix}"))
    }

    pub(crate) async fn open(&self) -> Result<SqliteStore, OpenError> {
        SqliteStore::open(&self.path(), Arc::new(TestSealer::default())).await
    }

    /// Runs SQL behind the store's back, also such as no program of ours would.
    pub(crate) async fn run(&self, sql: &str) {
        let mut connection = self.connect().await;
        sqlx::raw_sql("PRAGMA ignore_check_constraints = ON").execute(&mut connection).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// The single value of a query.
    pub(crate) async fn ask<T>(&self, sql: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Sqlite> + sqlx::Type<sqlx::Sqlite> + Send + Unpin,
    {
        let mut connection = self.connect().await;
        let value = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        value
    }

    async fn connect(&self) -> SqliteConnection {
        SqliteConnectOptions::new().filename(self.path()).connect().await.unwrap()
    }
}
