//! Whether the database answers.

use async_trait::async_trait;
use domain::ports::{Readiness, StoreError};

use crate::SqliteStore;
use crate::error::store_error;

#[async_trait]
impl Readiness for SqliteStore {
    async fn check(&self) -> Result<(), StoreError> {
        // A table, since a constant would not touch the file; and as a writer, since reading alone is no use.
        let mut tx = self.begin().await.map_err(store_error)?;
        sqlx::query("SELECT only FROM key_check").execute(&mut *tx).await.map_err(store_error)?;
        tx.rollback().await.map_err(store_error)
    }
}
