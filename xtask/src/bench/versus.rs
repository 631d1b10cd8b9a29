//! The service, the plain variant and the database alone, on one database.

use std::path::Path;
use std::time::Duration;

use postgres_cluster::Cluster;

use super::Programs;
use super::figures::Round;
use super::guests::Newcomers;
use super::meter::{Asked, Meter};
use super::pgbench::{CLIENTS, Pgbench, Variables};
use super::postgres::Filled;
use super::run::{Measured, Place, Run, Subject, Work};
use super::series::number;
use super::server::Launch;
use crate::shell::Failure;

/// The number of connections of most measurements.
pub(crate) const USUAL: usize = 64;
/// The number of connections of the others.
pub(crate) const MANY: usize = 256;

/// The compared programs and their database.
pub(crate) struct Versus<'a> {
    programs: &'a Programs,
    cluster: &'a Cluster,
    filled: &'a Filled,
    directory: &'a Path,
    meter: Meter<'a>,
}

/// The servers of one part of a round. They are started anew, so that their memory is that of this part.
struct Servers {
    service: Asked,
    plain: Asked,
}

impl<'a> Versus<'a> {
    pub(crate) fn new(
        programs: &'a Programs,
        cluster: &'a Cluster,
        filled: &'a Filled,
        directory: &'a Path,
        time: Duration,
    ) -> Self {
        let registry = filled.registry.clone();
        let newcomers = Newcomers::after(registry.ids.len() as u64);
        let meter = Meter { postgres: Some((cluster, filled)), registry, newcomers, time };
        Self { programs, cluster, filled, directory, meter }
    }

    /// Measures each once. The order alternates, since every write makes the tables larger for the next.
    pub(crate) async fn round(&mut self, backwards: bool, round: &mut Round) -> Result<(), Failure> {
        use Subject::{Pgbench, Plain, Service};
        for connections in [USUAL, MANY, 1] {
            let servers = self.start().await?;
            let parts: &[(Work, &[Subject])] = match connections {
                USUAL => &[
                    (Work::Create, &[Service, Pgbench, Plain]),
                    (Work::Upsert, &[Service, Pgbench, Plain]),
                    (Work::LookUp, &[Service, Pgbench]),
                    (Work::Exist, &[Service, Pgbench]),
                    (Work::Check, &[Service, Pgbench]),
                ],
                _ => &[(Work::Create, &[Service, Plain]), (Work::Upsert, &[Service, Plain])],
            };
            for (work, subjects) in parts {
                let mut subjects = subjects.to_vec();
                if backwards {
                    subjects.reverse();
                }
                for subject in subjects {
                    self.measure(&servers, subject, *work, connections, round).await?;
                }
            }
            round.memory.insert((Place::Postgres, connections), servers.service.server.memory_peak()?);
            servers.service.server.stop().await?;
            servers.plain.server.stop().await?;
        }
        Ok(())
    }

    async fn start(&self) -> Result<Servers, Failure> {
        let Filled { data, url, registry, .. } = self.filled;
        let launch = Launch { binary: &self.programs.service, data, database: Some(url), plain: false };
        let service = Asked::start(launch, registry).await?;
        let launch = Launch { binary: &self.programs.plain, plain: true, ..launch };
        Ok(Servers { service, plain: Asked::start(launch, registry).await? })
    }

    async fn measure(
        &mut self,
        servers: &Servers,
        subject: Subject,
        work: Work,
        connections: usize,
        round: &mut Round,
    ) -> Result<(), Failure> {
        let asked = match subject {
            Subject::Service => &servers.service,
            Subject::Plain => &servers.plain,
            Subject::Pgbench => return self.pgbench(work, round),
        };
        let measured = self.meter.service(asked, work, connections).await?;
        note(round, Run { place: Place::Postgres, work, connections, subject }, measured);
        Ok(())
    }

    fn pgbench(&mut self, work: Work, round: &mut Round) -> Result<(), Failure> {
        let mut variables: Variables = vec![("prefix", self.filled.id_prefix()?)];
        variables.extend_from_slice(&self.filled.variables);
        let pgbench = Pgbench {
            programs: self.cluster.programs(),
            url: &self.filled.url,
            directory: self.directory,
            variables: &variables,
        };
        for connections in CLIENTS {
            let measured = self.meter.pgbench(&pgbench, work, connections)?;
            note(round, Run { place: Place::Postgres, work, connections, subject: Subject::Pgbench }, measured);
        }
        Ok(())
    }
}

/// Records the result, and prints it.
pub(crate) fn note(round: &mut Round, run: Run, measured: Measured) {
    let Run { place, work, connections, subject } = run;
    let latency = |name, value: Option<f64>| value.map(|value| format!(", {name} {} ms", number(value)));
    println!(
        "  {}: {}, {connections} connections, {}: {}/s{}{}, {} µs of processor; others used {:.0} % of it",
        place.name(),
        work.name(),
        subject.name(),
        number(measured.rate),
        latency("p50", measured.p50).unwrap_or_default(),
        latency("p99", measured.p99).unwrap_or_default(),
        number(measured.each(measured.processor.used())),
        100.0 * measured.others(),
    );
    round.runs.insert(run, measured);
}
