//! A grouped store keeps every promise of the ports.
#![expect(clippy::unwrap_used, reason = "a failure must end the test")]

use std::sync::Arc;

use group_commit::GroupCommit;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use store_sqlite::SqliteStore;
use store_suite::{Bad, Stores, TestSealer};

/// More commands than any case has queued.
const QUEUE: usize = 10_000;

async fn open() -> Stores {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("guestbook.db");
    let store = Arc::new(SqliteStore::open(&path, Arc::new(TestSealer::default())).await.unwrap());
    let customers = Arc::new(GroupCommit::new(store.clone(), QUEUE));
    Stores { customers, ..Stores::of(store, directory).with_damager(Arc::new(Past(path))) }
}

/// Writes past the store, including values that our programs never write.
struct Past(std::path::PathBuf);

#[async_trait::async_trait]
impl store_suite::Damager for Past {
    async fn damage(&self, damage: store_suite::Damage) {
        let store_suite::Damage { table, column, key, id, value } = damage;
        let mut db = SqliteConnectOptions::new().filename(&self.0).connect().await.unwrap();
        sqlx::raw_sql("PRAGMA ignore_check_constraints = ON").execute(&mut db).await.unwrap();
        let update = sqlx::query(AssertSqlSafe(format!("UPDATE {table} SET {column} = ? WHERE {key} = ?")));
        let update = match value {
            Bad::Text(text) => update.bind(text),
            Bad::Time => update.bind(i64::MAX),
        };
        let updated = update.bind(id.to_vec()).execute(&mut db).await.unwrap();
        assert!(updated.rows_affected() > 0, "{table} has no such row");
        db.close().await.unwrap();
    }
}

store_suite::conformance!(open);
