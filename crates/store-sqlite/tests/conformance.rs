//! The store keeps every promise of the ports.
#![expect(clippy::unwrap_used, reason = "a failure is to end the test")]

use std::sync::Arc;

use store_sqlite::SqliteStore;
use store_suite::{Stores, TestSealer};

async fn open() -> Stores {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("guestbook.db");
    let store = SqliteStore::open(&path, Arc::new(TestSealer::default())).await.unwrap();
    Stores::of(Arc::new(store), directory)
}

store_suite::conformance!(open);

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_met_once() {
    store_suite::crowd::is_met_once(&open().await).await;
}
