//! A database of a test's own, and ways past the store.

use std::sync::Arc;

use domain::ports::Written;
use postgres_cluster::{Database, test_server};
use store_postgres::{OpenError, PostgresStore, Settings};
use store_suite::{IntoCommand, Stores, TestSealer, Venue};
use tokio::task::JoinHandle;

/// A database that goes away with the test.
pub(crate) struct Place(Database);

impl Place {
    pub(crate) fn new() -> Self {
        Self(Database::create(&test_server()).unwrap())
    }

    /// On a server of the test's own.
    pub(crate) const fn on(database: Database) -> Self {
        Self(database)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    pub(crate) fn settings(&self) -> Settings {
        settings(&self.url())
    }

    pub(crate) async fn open(&self) -> Result<PostgresStore, OpenError> {
        open(&self.url()).await
    }

    pub(crate) async fn open_with(&self, sealer: TestSealer) -> Result<PostgresStore, OpenError> {
        PostgresStore::open(self.settings(), Arc::new(sealer)).await
    }

    /// The store, also by its ports.
    pub(crate) async fn stores(&self) -> (Arc<PostgresStore>, Stores) {
        let store = Arc::new(self.open().await.unwrap());
        (store.clone(), Stores::of(store, ()))
    }

    /// What a backup of the database has.
    pub(crate) fn dump(&self) -> String {
        self.0.dump().unwrap()
    }

    /// Runs SQL behind the store's back, and takes what it prints.
    pub(crate) fn psql(&self, sql: &str) -> String {
        self.0.psql(sql).unwrap()
    }

    /// The same for SQL that fails.
    pub(crate) fn fail(&self, sql: &str) {
        self.0.psql(sql).unwrap_err();
    }
}

/// Few connections, since every test has some, and all of them share a server.
pub(crate) fn settings(url: &str) -> Settings {
    Settings::parse(url).unwrap().connections(4)
}

pub(crate) async fn open(url: &str) -> Result<PostgresStore, OpenError> {
    PostgresStore::open(settings(url), Arc::new(TestSealer::default())).await
}

/// Writes one command in a task of its own.
pub(crate) fn start(venue: &Venue<'_>, command: impl IntoCommand) -> JoinHandle<Written> {
    let (customers, command) = (venue.stores.customers.clone(), command.into_command());
    tokio::spawn(async move { customers.write(vec![command]).await.unwrap().remove(0).unwrap() })
}
