//! A database of a test's own, and a way past the store.

use std::sync::Arc;

use postgres_cluster::{Database, test_server};
use store_postgres::{OpenError, PostgresStore, Settings};
use store_suite::TestSealer;

/// A database that goes away with the test.
pub(crate) struct Place(Database);

impl Place {
    pub(crate) fn new() -> Self {
        Self(Database::create(&test_server()).unwrap())
    }

    pub(crate) fn settings(&self) -> Settings {
        // Few, since every test has some, and all of them share a server.
        Settings::parse(&self.0.url()).unwrap().connections(4)
    }

    pub(crate) async fn open(&self) -> Result<PostgresStore, OpenError> {
        self.open_with(TestSealer::default()).await
    }

    pub(crate) async fn open_with(&self, sealer: TestSealer) -> Result<PostgresStore, OpenError> {
        PostgresStore::open(self.settings(), Arc::new(sealer)).await
    }

    /// Runs SQL behind the store's back, and takes what it prints.
    pub(crate) fn psql(&self, sql: &str) -> String {
        self.0.psql(sql).unwrap()
    }
}
