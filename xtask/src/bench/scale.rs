//! The service with few and with very many customers.

use std::path::Path;
use std::time::Duration;

use postgres_cluster::Cluster;

use super::Programs;
use super::figures::Round;
use super::guests::Newcomers;
use super::lists::{self, Store};
use super::meter::{Asked, Meter};
use super::postgres::Filled;
use super::run::{Place, Run, Subject, Work};
use super::server::Launch;
use super::versus::{USUAL, note};
use crate::shell::Failure;

/// Few customers.
pub(crate) const FEW: u64 = 10_000;

/// A database with very many customers.
pub(crate) struct Scale<'a> {
    programs: &'a Programs,
    cluster: &'a Cluster,
    large: &'a Filled,
    meter: Meter<'a>,
}

impl<'a> Scale<'a> {
    pub(crate) fn new(programs: &'a Programs, cluster: &'a Cluster, large: &'a Filled, time: Duration) -> Self {
        Self { programs, cluster, large, meter: meter(cluster, large, time) }
    }

    /// Measures each once, in an empty directory. Few customers do not stay few under load, so the small database is
    /// created anew each time, and loads that add customers come last.
    pub(crate) async fn round(&mut self, directory: &Path, backwards: bool, round: &mut Round) -> Result<(), Failure> {
        let small = Filled::make(self.cluster, &self.programs.service, directory, FEW).await?;
        let mut small_meter = meter(self.cluster, &small, self.meter.time);
        let (few, many) = (self.start(&small).await?, self.start(self.large).await?);
        lists::measure(Store::Postgres, [&few, &many], self.meter.time, backwards, round).await?;
        for work in [Work::LookUp, Work::Upsert, Work::Create] {
            for place in if backwards { [Place::Large, Place::Small] } else { [Place::Small, Place::Large] } {
                let measured = match place {
                    Place::Small => small_meter.service(&few, work, USUAL).await?,
                    _ => self.meter.service(&many, work, USUAL).await?,
                };
                note(round, Run { place, work, connections: USUAL, subject: Subject::Service }, measured);
            }
        }
        few.server.stop().await?;
        many.server.stop().await
    }

    async fn start(&self, filled: &Filled) -> Result<Asked, Failure> {
        let Filled { data, url, registry, .. } = filled;
        let launch = Launch { binary: &self.programs.service, data, database: Some(url), plain: false };
        Asked::start(launch, registry).await
    }
}

fn meter<'a>(cluster: &'a Cluster, filled: &'a Filled, time: Duration) -> Meter<'a> {
    let registry = filled.registry.clone();
    let newcomers = Newcomers::after(registry.ids.len() as u64);
    Meter { postgres: Some((cluster, filled)), registry, newcomers, time }
}
