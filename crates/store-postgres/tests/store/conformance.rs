//! The store keeps every promise of the ports.

use std::sync::Arc;

use store_suite::Stores;

use crate::support::Place;

async fn open() -> Stores {
    let place = Place::new();
    let store = place.open().await.unwrap();
    Stores::of(Arc::new(store), place)
}

store_suite::conformance!(open);

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_is_met_once() {
    store_suite::crowd::is_met_once(&open().await).await;
}
