//! The way onto the Wi-Fi: activation page and profiles, requests of RADIUS servers, and logins through FreeRADIUS.

use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres_cluster::Cluster;

use super::Programs;
use super::figures::Round;
use super::freeradius::FreeRadius;
use super::guests::Newcomers;
use super::meter::{Asked, Meter};
use super::postgres::Filled;
use super::run::{Place, Run, Subject, Work};
use super::series::number;
use super::server::Launch;
use super::sqlite::Template;
use super::versus::{USUAL, note};
use crate::shell::{Failure, Workspace};

/// As many as FreeRADIUS keeps open, and as many concurrent logins.
pub(crate) const CONNECTIONS: usize = 16;

/// The programs and their databases. Only uses of tokens are written to either database.
pub(crate) struct Wifi<'a> {
    programs: &'a Programs,
    cluster: &'a Cluster,
    filled: &'a Filled,
    template: &'a Template,
    /// The configuration of FreeRADIUS.
    configuration: PathBuf,
    time: Duration,
}

impl<'a> Wifi<'a> {
    pub(crate) fn new(
        programs: &'a Programs,
        cluster: &'a Cluster,
        filled: &'a Filled,
        template: &'a Template,
        workspace: &Workspace,
        time: Duration,
    ) -> Self {
        let configuration = workspace.root.join("deploy/freeradius");
        Self { programs, cluster, filled, template, configuration, time }
    }

    /// Measures each once, in an empty directory. The order alternates.
    pub(crate) async fn round(&self, directory: &Path, backwards: bool, round: &mut Round) -> Result<(), Failure> {
        let Filled { data, url, registry, .. } = self.filled;
        let launch = Launch { binary: &self.programs.service, data, database: Some(url), plain: false };
        let newcomers = || Newcomers::after(registry.ids.len() as u64);
        let postgres = Some((self.cluster, self.filled));
        let meter = Meter { postgres, registry: registry.clone(), newcomers: newcomers(), time: self.time };
        let asked = Asked::start(launch, registry).await?;
        self.measure(Place::Postgres, asked, meter, directory, backwards, round).await?;
        let registry = self.template.registry();
        let meter = Meter { postgres: None, registry, newcomers: newcomers(), time: self.time };
        let asked = self.template.ask(self.programs).await?;
        self.measure(Place::Sqlite, asked, meter, directory, backwards, round).await
    }

    async fn measure(
        &self,
        place: Place,
        asked: Asked,
        mut meter: Meter<'_>,
        directory: &Path,
        backwards: bool,
        round: &mut Round,
    ) -> Result<(), Failure> {
        let mut loads =
            [(Work::Page, USUAL), (Work::Profile, USUAL), (Work::Authorize, CONNECTIONS), (Work::Live, CONNECTIONS)];
        if backwards {
            loads.reverse();
        }
        for (work, connections) in loads {
            let measured = meter.service(&asked, work, connections).await?;
            note(round, Run { place, work, connections, subject: Subject::Service }, measured);
        }
        let free_radius = FreeRadius::start(&self.configuration, directory, &asked.radius)?;
        let rate = free_radius.logins(meter.registry.residents.len() as u64, self.time)?;
        println!("  {}: {} logins/s through FreeRADIUS", place.name(), number(rate));
        round.logins.insert(place, rate);
        drop(free_radius);
        asked.server.stop().await
    }
}
