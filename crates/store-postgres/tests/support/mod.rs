//! A database of a test's own, and a way past the store.
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use store_postgres::{OpenError, PostgresStore, Settings};
use store_suite::TestSealer;
pub(crate) struct Place(String);
impl Place {
    pub(crate) fn new() -> Self {
        static N: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}_{}", std::process::id(), N.fetch_add(1, Ordering::Relaxed));
        let ok = Command::new("psql")
            .args(["postgres://postgres@127.0.0.1:5599/postgres", "-qc", &format!("create database {name}")])
            .status()
            .unwrap();
        assert!(ok.success());
        Self(format!("postgres://postgres@127.0.0.1:5599/{name}"))
    }
    pub(crate) async fn open(&self) -> Result<PostgresStore, OpenError> {
        PostgresStore::open(Settings::parse(&self.0).unwrap().connections(8), Arc::new(TestSealer::default())).await
    }
}
