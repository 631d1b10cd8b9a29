//! `c4w import` of very many rows, compared with COPY, PostgreSQL's own bulk load.
//!
//! COPY loads the result of an import: the same rows of the same tables, into a database with the same migrations. So
//! both write the same data, and COPY does nothing else.

mod client;
mod copy;
mod rows;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres_cluster::{Cluster, Database};

use super::options::Options;
use super::process;
use super::run::Place;
use super::series::number;
use super::server::{Launch, Server};
use super::{meter, postgres};
use crate::shell::Failure;
pub(crate) use client::Course;
use copy::Dump;

/// The value that identifies customers in an import.
pub(crate) const DEDUPLICATE: &str = "extId";

/// The programs and their inputs.
pub(crate) struct Import<'a> {
    pub(crate) service: &'a Path,
    pub(crate) client: PathBuf,
    cluster: &'a Cluster,
    /// The file to import.
    file: PathBuf,
    rows: u64,
}

/// An import, measured from outside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Imported {
    pub(crate) rows: u64,
    pub(crate) course: Course,
    /// The maximum memory of the server, in MiB.
    pub(crate) server_memory: f64,
    pub(crate) server: Duration,
    pub(crate) client: Duration,
    pub(crate) database: Duration,
    /// Unused processor time.
    pub(crate) idle: Duration,
    /// The processor time of all cores in this time.
    pub(crate) capacity: Duration,
}

/// The load of the same rows by COPY.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Copied {
    pub(crate) time: Duration,
    pub(crate) client: Duration,
    pub(crate) database: Duration,
}

/// One measurement of each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ImportRound {
    pub(crate) postgres: Imported,
    pub(crate) copied: Copied,
    pub(crate) sqlite: Imported,
}

/// Measures this many rounds.
pub(crate) async fn measure(
    service: &Path,
    target: &Path,
    directory: &Path,
    options: &Options,
) -> Result<Vec<ImportRound>, Failure> {
    let cluster = postgres::start(target)?;
    let file = directory.join("guests.csv");
    rows::write(&file, options.rows)?;
    let client = service.with_file_name("c4w");
    let import = Import { service, client, cluster: &cluster, file, rows: options.rows };
    println!("an import that is not counted, for what COPY is given");
    let dump = import.dump(directory).await?;
    let mut rounds = Vec::new();
    for number in 1..=options.rounds {
        println!("round {number} of {}", options.rounds);
        let place = directory.join("round");
        fs::create_dir(&place)?;
        rounds.push(import.round(&place, &dump, number.is_multiple_of(2)).await?);
        fs::remove_dir_all(&place)?;
    }
    Ok(rounds)
}

impl Import<'_> {
    async fn dump(&self, directory: &Path) -> Result<Dump, Failure> {
        let place = directory.join("first");
        fs::create_dir(&place)?;
        let database = self.database()?;
        self.import(&place, Some(&database)).await?;
        Dump::write(&database, self.rows, place.join("tables"))
    }

    /// Measures each once, in an empty directory. The order alternates.
    async fn round(&self, directory: &Path, dump: &Dump, backwards: bool) -> Result<ImportRound, Failure> {
        let first = if backwards { Some(self.copy(directory, dump)?) } else { None };
        let postgres = {
            let database = self.database()?;
            self.import(&directory.join("postgres"), Some(&database)).await?
        };
        self.tell(Place::Postgres, &postgres);
        let copied = first.map_or_else(|| self.copy(directory, dump), Ok)?;
        println!("  COPY: {} rows/s", number(self.rows as f64 / copied.time.as_secs_f64()));
        let sqlite = self.import(&directory.join("sqlite"), None).await?;
        self.tell(Place::Sqlite, &sqlite);
        Ok(ImportRound { postgres, copied, sqlite })
    }

    fn database(&self) -> Result<Database, Failure> {
        Ok(Database::create(&self.cluster.url("postgres"))?)
    }

    /// Imports the file into a new registry, on this database or an embedded one.
    async fn import(&self, directory: &Path, database: Option<&Database>) -> Result<Imported, Failure> {
        fs::create_dir_all(directory)?;
        let (data, url) = (directory.join("data"), database.map(Database::url));
        let launch = Launch { binary: self.service, data: &data, database: url.as_deref(), plain: false };
        let keys = launch.add_services()?;
        let server = Server::start(launch)?;
        server.live().await?;
        self.settle(database)?;
        let before = self.processor(&server)?;
        let course = client::run(self, &server, &keys, directory).await?;
        let [server_used, client, database_used, idle] = self.since(&server, before)?;
        let server_memory = server.memory_peak()?;
        server.stop().await?;
        Ok(Imported {
            rows: self.rows,
            course,
            server_memory,
            server: server_used,
            client,
            database: database_used,
            idle,
            capacity: meter::capacity(course.time),
        })
    }

    /// Loads the same rows into a new database with the same tables.
    fn copy(&self, directory: &Path, dump: &Dump) -> Result<Copied, Failure> {
        let (database, data) = (self.database()?, directory.join("copied"));
        let url = database.url();
        Launch { binary: self.service, data: &data, database: Some(&url), plain: false }.add_services()?;
        self.settle(Some(&database))?;
        let own = std::process::id();
        let before = (process::processor_time_of_ended_children(own)?, postgres::processor_time(self.cluster)?);
        let time = dump.read(&database)?;
        let client = process::processor_time_of_ended_children(own)?.saturating_sub(before.0);
        let used = postgres::processor_time(self.cluster)?.saturating_sub(before.1);
        Ok(Copied { time, client, database: used })
    }

    /// Flushes earlier writes, so that they do not affect the measurement.
    fn settle(&self, database: Option<&Database>) -> Result<(), Failure> {
        match database {
            Some(database) => Ok(database.psql("CHECKPOINT").map(drop)?),
            None => Ok(()),
        }
    }

    fn processor(&self, server: &Server) -> Result<[Duration; 4], Failure> {
        Ok([
            server.processor_time()?,
            process::processor_time_of_ended_children(std::process::id())?,
            postgres::processor_time(self.cluster)?,
            process::idle_time()?,
        ])
    }

    fn since(&self, server: &Server, before: [Duration; 4]) -> Result<[Duration; 4], Failure> {
        let mut used = self.processor(server)?;
        used.iter_mut().zip(before).for_each(|(used, before)| *used = used.saturating_sub(before));
        Ok(used)
    }

    fn tell(&self, place: Place, imported: &Imported) {
        let Imported { course, server_memory, .. } = imported;
        let each = |time: Duration| number(time.as_secs_f64() * 1e6 / self.rows as f64);
        println!(
            "  {}: {} rows/s, tenths {} and {}; client {} MiB, server {} MiB; a row: client {} µs, server {} µs, database {} µs, \
             idle {} µs",
            place.name(),
            number(self.rows as f64 / course.time.as_secs_f64()),
            number(course.first),
            number(course.last),
            number(course.memory),
            number(*server_memory),
            each(imported.client),
            each(imported.server),
            each(imported.database),
            each(imported.idle),
        );
    }
}
