//! What every store passes, on PostgreSQL.

mod support;

use store_suite::Stores;
use support::Place;

async fn open() -> Stores {
    let place = Place::new();
    let store = place.open().await.unwrap();
    Stores::of(std::sync::Arc::new(store), place)
}

store_suite::conformance!(open);
