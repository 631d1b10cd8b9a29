//! The service on its embedded database: its start, and a comparison with the plain variant.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Programs;
use super::figures::{Figures, Round, Start};
use super::guests::Newcomers;
use super::meter::{Asked, Meter};
use super::registry::Registry;
use super::run::{Place, Run, Subject, Work};
use super::server::{Launch, Server};
use super::versus::{USUAL, note};
use crate::shell::Failure;

/// A data directory without a running server, and its contents.
pub(crate) struct Template {
    directory: PathBuf,
    registry: Arc<Registry>,
}

impl Template {
    /// Creates one with this many customers.
    pub(crate) async fn make(binary: &Path, directory: PathBuf, customers: u64) -> Result<Self, Failure> {
        let keys = launch(binary, &directory).add_services()?;
        let server = Server::start(launch(binary, &directory))?;
        let registry = Registry::fill(&server, keys, customers).await?;
        server.stop().await?;
        Ok(Self { directory, registry })
    }

    /// Measures each once, in an empty directory. The order alternates.
    pub(crate) async fn round(
        &self,
        programs: &Programs,
        directory: &Path,
        time: Duration,
        backwards: bool,
        figures: &mut Figures,
        round: &mut Round,
    ) -> Result<(), Failure> {
        let mut server = Server::start(launch(&programs.service, &directory.join("empty")))?;
        let live = server.live().await?;
        let keys = server.keys()?;
        let (_, login) = server.log_in(&keys).await?;
        figures.empty.push(live, login, server.memory_at_rest().await?);
        server.stop().await?;

        let data = self.copy(&directory.join("service"))?;
        let service = Asked::start(launch(&programs.service, &data), &self.registry).await?;
        push(&mut figures.filled, &service).await?;
        let data = self.copy(&directory.join("plain"))?;
        let plain = Launch { plain: true, ..launch(&programs.plain, &data) };
        let plain = Asked::start(plain, &self.registry).await?;
        let mut subjects = [(Subject::Service, &service), (Subject::Plain, &plain)];
        if backwards {
            subjects.reverse();
        }
        self.loads(&subjects, time, round).await?;
        round.memory.insert((Place::Sqlite, USUAL), service.server.memory_peak()?);
        service.server.stop().await?;
        plain.server.stop().await
    }

    async fn loads(&self, subjects: &[(Subject, &Asked)], time: Duration, round: &mut Round) -> Result<(), Failure> {
        let newcomers = Newcomers::after(self.registry.ids.len() as u64);
        let mut meter = Meter { postgres: None, registry: self.registry.clone(), newcomers, time };
        for work in [Work::Create, Work::Upsert] {
            for (subject, asked) in subjects {
                let measured = meter.service(asked, work, USUAL).await?;
                note(round, Run { place: Place::Sqlite, work, connections: USUAL, subject: *subject }, measured);
            }
        }
        Ok(())
    }

    /// Its contents.
    pub(crate) fn registry(&self) -> Arc<Registry> {
        self.registry.clone()
    }

    /// A server on the directory itself, for loads that write only uses of tokens.
    pub(crate) async fn ask(&self, programs: &Programs) -> Result<Asked, Failure> {
        Asked::start(launch(&programs.service, &self.directory), &self.registry).await
    }

    /// A copy for one server, so that all servers start with the same data.
    fn copy(&self, to: &Path) -> Result<PathBuf, Failure> {
        fs::create_dir(to)?;
        for entry in fs::read_dir(&self.directory)? {
            let entry = entry?;
            let copy = to.join(entry.file_name());
            fs::copy(entry.path(), &copy)?;
            // Otherwise the kernel would write the copy during a measurement.
            File::open(&copy)?.sync_all()?;
        }
        Ok(to.to_owned())
    }
}

async fn push(start: &mut Start, asked: &Asked) -> Result<(), Failure> {
    start.push(asked.live, asked.login, asked.server.memory_at_rest().await?);
    Ok(())
}

fn launch<'a>(binary: &'a Path, data: &'a Path) -> Launch<'a> {
    Launch { binary, data, database: None, plain: false }
}
