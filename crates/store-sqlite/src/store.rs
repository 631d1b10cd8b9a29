//! The store and its connections.

use std::sync::Arc;

use domain::ports::{PasswordSealer, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::error::store_error;
use crate::file::Lock;
use crate::journal::{Journal, JournalStanding};
use crate::open::pool;
use crate::writer::{Turn, Writer};

/// The registry in one SQLite file. [`SqliteStore::open`] opens it.
pub struct SqliteStore {
    pub(crate) writer: Arc<Writer>,
    /// Read-only connections.
    pub(crate) readers: SqlitePool,
    pub(crate) sealer: Arc<dyn PasswordSealer>,
    pub(crate) journal: Arc<Journal>,
    /// Keeps other processes out. None: another store does, and this one stands apart from it.
    pub(crate) lock: Option<Lock>,
}

impl SqliteStore {
    /// The same store with so many readers of its own: whoever uses the others, and however long, is not in its way.
    /// There is one writer all the same. It is closed by itself, and first.
    #[must_use]
    pub fn apart(&self, readers: u32) -> Self {
        let options = SqliteConnectOptions::clone(&self.readers.connect_options());
        let readers = pool(readers).connect_lazy_with(options);
        let (writer, sealer, journal) = (self.writer.clone(), self.sealer.clone(), self.journal.clone());
        Self { writer, readers, sealer, journal, lock: None }
    }

    /// How large the journal is, and whether somebody who was erased is still in it.
    pub fn journal(&self) -> JournalStanding {
        self.journal.standing()
    }

    /// Opens every reader now and reads once with each, so that nothing is left to be opened later, when the process may be out
    /// of file descriptors.
    ///
    /// # Errors
    /// One of them cannot be opened, or not used.
    pub async fn open_readers(&self) -> Result<(), StoreError> {
        let mut readers = Vec::new();
        for _ in 0..self.readers.options().get_max_connections() {
            let mut reader = self.readers.acquire().await.map_err(store_error)?;
            sqlx::query("SELECT only FROM key_check").execute(&mut *reader).await.map_err(store_error)?;
            readers.push(reader);
        }
        Ok(())
    }

    /// Writes the journal into the database and closes every connection; the file can then be copied or opened by
    /// another process. Calls after this answer that the store is unavailable. Where it stands apart from another store,
    /// only its readers are closed.
    ///
    /// # Errors
    /// The journal could not be written into the database. Nothing is lost: the next opening does it.
    pub async fn close(&self) -> Result<(), StoreError> {
        self.readers.close().await;
        let Some(lock) = &self.lock else { return Ok(()) };
        let closed = match self.writer.retire().await {
            Some(writer) => close(writer).await,
            None => Err(sqlx::Error::PoolClosed),
        };
        let unlocked = lock.release();
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

#[cfg(test)]
mod tests {
    use domain::ports::{CustomerDirectory, CustomerStore};
    use store_suite::edit::EditPost;
    use store_suite::{Stores, TestSealer, Venue};

    use super::*;

    #[tokio::test]
    async fn readers_are_opened_when_asked_for_and_stay_open() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        let store = SqliteStore::open(&path, Arc::new(TestSealer::default())).await.unwrap();
        let apart = store.apart(3);
        assert_eq!(apart.readers.size(), 0);
        apart.open_readers().await.unwrap();
        assert_eq!(apart.readers.size(), 3);
        apart.close().await.unwrap();
        assert!(matches!(apart.open_readers().await, Err(StoreError::Unavailable(_))));
        store.close().await.unwrap();
    }

    /// Whoever has all readers of the one store is not in the way of the other.
    #[tokio::test(flavor = "multi_thread")]
    async fn a_store_apart_has_readers_of_its_own() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("db");
        let open = async || SqliteStore::open(&path, Arc::new(TestSealer::default())).await;
        let store = Arc::new(open().await.unwrap());
        let apart = store.apart(1);
        let stores = Stores::of(store.clone(), ());
        let venue = Venue::open(&stores).await;
        let mut taken = Vec::new();
        for _ in 0..store.readers.options().get_max_connections() {
            taken.push(store.readers.acquire().await.unwrap());
        }
        assert!(store.readers.try_acquire().is_none());
        let customer = venue.create(venue.post().username("mario")).await;
        assert!(apart.credential(venue.id, &customer.username).await.unwrap().is_some());
        drop(taken);
        apart.close().await.unwrap();
        assert!(store.find(venue.id, customer.id).await.unwrap().is_some(), "the other one goes on");
        store.close().await.unwrap();
        open().await.unwrap();
    }
}
