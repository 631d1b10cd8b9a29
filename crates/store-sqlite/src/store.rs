//! The store and its connections.

use std::fs::File;
use std::sync::Arc;

use domain::ports::{PasswordSealer, StoreError};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::error::store_error;
use crate::writer::{Turn, Writer};

/// The registry in one SQLite file. [`SqliteStore::open`] opens it.
pub struct SqliteStore {
    pub(crate) writer: Writer,
    /// Read-only connections.
    pub(crate) readers: SqlitePool,
    pub(crate) sealer: Arc<dyn PasswordSealer>,
    /// Keeps other processes out.
    pub(crate) lock: File,
}

impl SqliteStore {
    /// Writes the journal into the database and closes every connection; the file can then be copied or opened by
    /// another process. Calls after this answer that the store is unavailable.
    ///
    /// # Errors
    /// The journal could not be written into the database. Nothing is lost: the next opening does it.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close().await;
        let closed = match self.writer.retire().await {
            Some(writer) => close(writer).await,
            None => Err(sqlx::Error::PoolClosed),
        };
        let unlocked = self.lock.unlock();
        closed.map_err(store_error)?;
        unlocked.map_err(|error| StoreError::Internal(error.into()))
    }

    /// A transaction that holds the write lock from its start: whatever it reads stays true until it commits.
    pub(crate) async fn begin(&self) -> Result<Turn<'_>, sqlx::Error> {
        self.writer.begin().await
    }
}

/// Closes the connection, also when the journal cannot be written out.
async fn close(mut writer: SqliteConnection) -> Result<(), sqlx::Error> {
    let checkpoint = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut writer).await;
    let closed = writer.close().await;
    checkpoint.and(closed)
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SqliteStore").finish_non_exhaustive()
    }
}
