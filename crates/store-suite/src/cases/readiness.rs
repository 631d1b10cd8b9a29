//! Whether the store works.

use crate::Stores;

/// A store that works says so.
pub async fn is_ready(stores: &Stores) {
    stores.readiness.check().await.unwrap();
}
