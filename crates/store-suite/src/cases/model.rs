//! The store against a model.

use std::panic::resume_unwind;

use tokio::runtime::Handle;
use tokio::task::spawn_blocking;

use crate::Stores;

/// See [`crate::model`].
pub async fn agrees_with_the_plain_model(stores: &Stores) {
    let (runtime, stores) = (Handle::current(), stores.clone());
    // The driver of the random cases is synchronous.
    if let Err(error) = spawn_blocking(move || crate::model::check(&runtime, &stores)).await {
        resume_unwind(error.into_panic());
    }
}
