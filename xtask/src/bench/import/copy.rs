//! The result of an import, and COPY of it.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use postgres_cluster::Database;

use super::super::series::number;
use crate::shell::Failure;

/// Tables as files.
pub(super) struct Dump {
    directory: PathBuf,
    tables: Vec<String>,
}

impl Dump {
    /// Writes the tables that have at least one row for each imported customer.
    pub(super) fn write(database: &Database, customers: u64, directory: PathBuf) -> Result<Self, Failure> {
        fs::create_dir(&directory)?;
        let mut dump = Self { directory, tables: Vec::new() };
        for table in database.psql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")?.lines() {
            let rows: u64 = database.psql(&format!("SELECT count(*) FROM {table}"))?.parse()?;
            if rows >= customers {
                println!("  {table}: {} rows", number(rows as f64));
                database.psql(&format!(r"\copy {table} TO '{}'", dump.file(table)))?;
                dump.tables.push(table.to_owned());
            }
        }
        Ok(dump)
    }

    /// Loads them into empty tables, one transaction each, and returns how long that takes.
    pub(super) fn read(&self, database: &Database) -> Result<Duration, Failure> {
        let started = Instant::now();
        for table in &self.tables {
            database.psql(&format!(r"\copy {table} FROM '{}'", self.file(table)))?;
        }
        Ok(started.elapsed())
    }

    fn file(&self, table: &str) -> String {
        self.directory.join(table).display().to_string()
    }
}
