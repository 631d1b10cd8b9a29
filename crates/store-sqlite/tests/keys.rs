//! Sealing anew, in one file that is opened with one sealer after the other.

use std::sync::Arc;

use store_sqlite::SqliteStore;
use store_suite::{Stores, TestSealer, resealing};

#[tokio::test]
async fn everything_is_sealed_anew() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("guestbook.db");
    let open = async |sealer: TestSealer| {
        let store = SqliteStore::open(&path, Arc::new(sealer)).await.unwrap();
        Stores::of(Arc::new(store), ())
    };
    resealing::everything_is_sealed_anew(open).await;
}
