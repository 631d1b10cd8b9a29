//! Sealing anew, in one database that is opened with one sealer after the other.

use std::sync::Arc;

use store_suite::{Stores, TestSealer, resealing};

use crate::support::Place;

#[tokio::test]
async fn everything_is_sealed_anew() {
    let place = Place::new();
    let open = async |sealer: TestSealer| Stores::of(Arc::new(place.open_with(sealer).await.unwrap()), ());
    resealing::everything_is_sealed_anew(open).await;
}
