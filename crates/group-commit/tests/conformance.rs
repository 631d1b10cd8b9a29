//! A grouped store keeps every promise of the ports.
#![expect(clippy::unwrap_used, reason = "a failure is to end the test")]

use std::sync::Arc;

use group_commit::GroupCommit;
use store_sqlite::SqliteStore;
use store_suite::{Stores, TestSealer};

/// More commands than any case has waiting.
const QUEUE: usize = 10_000;

async fn open() -> Stores {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("guestbook.db");
    let store = Arc::new(SqliteStore::open(&path, Arc::new(TestSealer::default())).await.unwrap());
    Stores { customers: Arc::new(GroupCommit::new(store.clone(), QUEUE)), ..Stores::of(store, directory) }
}

store_suite::conformance!(open);
