//! `http-api backup`, `http-api restore` and `http-api check`.

use std::path::Path;
use std::time::Duration;

use domain::ports::{Examined, Finding};
use serde::Serialize;
use store_sqlite::Progress;

use crate::config::{Config, Database};
use crate::failure::Failure;
use crate::output::say_json;
use crate::{serve, wiring};

/// The time limit of a backup. The journal grows while it reads, and a disk that slow is faulty.
const BACKUP_LIMIT: Duration = Duration::from_secs(60 * 60);
/// The maximum number of findings that are reported individually. Further ones are only counted.
const FINDINGS: u64 = 100;
const BYTES_PER_MIB: u64 = 1 << 20;

/// A copy that was made or restored.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Copied<'a> {
    file: &'a Path,
    bytes: u64,
    customers: u64,
    /// The path of the database that was replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<&'a Path>,
}

/// What a check read, and how much of it is damaged.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Checked {
    organizations: u64,
    customers: u64,
    rows: u64,
    findings: u64,
}

/// Copies the embedded database to a new file, even beside a running server.
pub(crate) async fn back_up(config: &Config, file: &Path) -> Result<(), Failure> {
    let database = embedded(config, "pg_dump or pg_basebackup")?;
    let stop = serve::stop_signal()?;
    let mut progress = |Progress { written, whole }| {
        tracing::info!(written_mib = written / BYTES_PER_MIB, whole_mib = whole / BYTES_PER_MIB, "copying");
    };
    let copied = tokio::select! {
        copied = tokio::time::timeout(BACKUP_LIMIT, store_sqlite::back_up(database, file, &mut progress)) => {
            copied.map_err(|_| Failure::because("the backup took longer than an hour, and was given up"))?
        }
        () = stop => return Err(Failure::because("the backup was stopped; nothing of it is left")),
    };
    let copied = copied.map_err(|error| Failure::new("backing up the database", &error))?;
    say_json(&Copied { file, bytes: copied.bytes, customers: copied.customers, replaced: None })
}

/// Replaces the embedded database with a copy.
pub(crate) async fn restore(config: &Config, file: &Path) -> Result<(), Failure> {
    let database = embedded(config, "pg_restore, or the base backup")?;
    let sealer = wiring::existing_sealer(config)?;
    let failed = |error: store_sqlite::CopyError| Failure::new(format!("restoring {}", file.display()), &error);
    let copied = store_sqlite::restore(file, database, &*sealer).await.map_err(failed)?;
    let replaced = copied.set_aside.as_deref();
    say_json(&Copied { file: database, bytes: copied.bytes, customers: copied.customers, replaced })
}

/// Reads the whole database and reports damage.
pub(crate) async fn check(config: &Config) -> Result<(), Failure> {
    let sealer = wiring::existing_sealer(config)?;
    let mut findings = 0;
    let mut found = |finding: Finding| {
        findings += 1;
        if findings <= FINDINGS {
            tracing::error!(%finding, "a defect of the database");
        }
    };
    let failed = |error: &dyn std::error::Error| Failure::new("checking the database", error);
    let examined = match &config.database {
        Database::Embedded(file) | Database::Sqlite(file) => {
            store_sqlite::examine(file, &*sealer, &mut found).await.map_err(|error| failed(&error))?
        }
        Database::Postgres(settings) => {
            store_postgres::examine(settings, &*sealer, &mut found).await.map_err(|error| failed(&error))?
        }
    };
    let Examined { organizations, customers, rows } = examined;
    say_json(&Checked { organizations, customers, rows, findings })?;
    match findings {
        0 => Ok(()),
        1 => Err(Failure::because("the database has one defect; see the log")),
        _ => Err(Failure::because(format!("the database has {findings} defects; see the log"))),
    }
}

/// The file of the embedded database. PostgreSQL has its own tools.
fn embedded<'a>(config: &'a Config, instead: &str) -> Result<&'a Path, Failure> {
    config.database.file().ok_or_else(|| {
        Failure::because(format!("the database is PostgreSQL, which has its own tools for this: {instead}"))
    })
}
