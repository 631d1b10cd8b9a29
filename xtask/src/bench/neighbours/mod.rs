//! Neighbours: how one organization's callers, or unauthenticated clients, affect others.

mod connections;
mod noise;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use postgres_cluster::{Cluster, Database};

pub(crate) use connections::{Idle, Senders};
pub(crate) use noise::{LISTS, Pages, SIZE};

use self::noise::Noise;
use super::guests::{Authorize, Create, Exist, Newcomers, Ready};
use super::load::{self, Asking, Pace, Paced, Target};
use super::meter::capacity;
use super::options::Options;
use super::registry::Registry;
use super::run::{Place, Work, percentile};
use super::series::number;
use super::server::{Launch, Server};
use super::{postgres, process};
use crate::shell::{Failure, Workspace};

/// The constant load of the quiet neighbour.
pub(crate) const WORKS: [Work; 4] = [Work::Create, Work::Exist, Work::Authorize, Work::Ready];
/// Connections per load.
pub(crate) const CONNECTIONS: usize = 2;
/// The pause between a response and the next request on the same connection.
pub(crate) const PAUSE: Duration = Duration::from_millis(10);
/// The number of the quiet neighbour's customers.
const QUIET_CUSTOMERS: u64 = 2_000;
/// More requests than are possible with such pauses.
const AT_MOST: u64 = 1_000;
/// The unmeasured time before each measurement.
const WARM_UP: Duration = Duration::from_secs(1);

/// The number of idle connections.
const IDLE: usize = 20_000;
/// Open files reserved for everything else if the limit is lower.
const OTHER_FILES: usize = 500;
/// The number of clients without a login, and the bytes that each sends.
pub(crate) const SENDERS: usize = 1_000;
pub(crate) const SENT: usize = 1024 * 1024;

/// The results by load.
pub(crate) type Works = BTreeMap<Work, Answers>;

/// The result of one load.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Answers {
    /// The median latency in milliseconds, including failures.
    pub(crate) p50: f64,
    /// The 95th percentile.
    pub(crate) p95: f64,
    /// The share of failures, from 0 to 1.
    pub(crate) failed: f64,
}

/// The result of one round.
pub(crate) struct NeighboursRound {
    pub(crate) stores: BTreeMap<Place, StoreRound>,
    pub(crate) crowds: BTreeMap<Place, Crowd>,
}

/// Many clients without a login.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crowd {
    pub(crate) idle: Idle,
    pub(crate) senders: Senders,
}

/// The result for one store.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StoreRound {
    pub(crate) quiet: Works,
    pub(crate) loud: Works,
    /// The result of the loud neighbour's pages.
    pub(crate) pages: Pages,
    /// The duration of the loud phase.
    pub(crate) time: Duration,
    /// The maximum memory of the server, in MiB.
    pub(crate) memory: f64,
    /// The share of the machine that unrelated programs used, from 0 to 1.
    pub(crate) others: f64,
}

/// A server with both neighbours.
struct Street {
    server: Server,
    loud: (Target, String),
    quiet: Arc<Registry>,
    target: Target,
    radius: Target,
    newcomers: Newcomers,
}

impl Answers {
    fn of(paced: &Paced) -> Result<Self, Failure> {
        let mut times: Vec<_> =
            paced.answered.iter().map(|answered| answered.latency).chain(paced.failed.clone()).collect();
        times.sort_unstable();
        let at = |part| percentile(&times, part).ok_or("nothing was answered");
        Ok(Self { p50: at(50)?, p95: at(95)?, failed: paced.failed.len() as f64 / times.len() as f64 })
    }
}

/// Measures all rounds.
pub(crate) async fn measure(
    binary: &Path,
    workspace: &Workspace,
    directory: &Path,
    options: &Options,
) -> Result<Vec<NeighboursRound>, Failure> {
    let cluster = postgres::start(&workspace.target)?;
    let database = Database::create(&cluster.url("postgres"))?;
    let url = database.url();
    let (postgres, sqlite) = (directory.join("postgres"), directory.join("sqlite"));
    let (in_postgres, in_sqlite) = (postgres.join("data"), sqlite.join("data"));
    fs::create_dir(&postgres)?;
    fs::create_dir(&sqlite)?;
    let launches = [
        (Place::Postgres, Launch { binary, data: &in_postgres, database: Some(&url), plain: false }),
        (Place::Sqlite, Launch { binary, data: &in_sqlite, database: None, plain: false }),
    ];
    let mut streets = Vec::new();
    for (place, launch) in launches {
        println!("filling {}", place.name());
        streets.push((place, Street::build(launch, options.customers).await?));
    }
    database.psql("VACUUM (ANALYZE)")?;
    let mut rounds = Vec::new();
    for number in 1..=options.rounds {
        println!("round {number} of {}", options.rounds);
        let mut stores = BTreeMap::new();
        for (place, street) in &mut streets {
            let cluster = (*place == Place::Postgres).then_some(&cluster);
            let measured = street.round(*place, cluster, options.seconds, number.is_multiple_of(2)).await?;
            stores.insert(*place, measured);
        }
        let mut crowds = BTreeMap::new();
        for (place, launch) in launches {
            // The databases are in use: clients without a login need only a server.
            crowds.insert(place, crowd(place, launch, &cluster, &directory.join("crowd")).await?);
        }
        rounds.push(NeighboursRound { stores, crowds });
    }
    for (_, street) in streets {
        street.server.stop().await?;
    }
    Ok(rounds)
}

/// The effect of clients without a login on a separate server.
async fn crowd(place: Place, launch: Launch<'_>, cluster: &Cluster, directory: &Path) -> Result<Crowd, Failure> {
    fs::create_dir(directory)?;
    let (data, database) = (directory.join("data"), Database::create(&cluster.url("postgres"))?);
    let url = database.url();
    let launch = Launch { data: &data, database: launch.database.map(|_| url.as_str()), ..launch };
    launch.add_services()?;
    let server = Server::start(launch)?;
    server.live().await?;
    let senders = connections::senders(server.address, server.id(), SENDERS, SENT).await?;
    println!("  {}: {senders:?}", place.name());
    let files = process::open_files_limit()?.saturating_sub(OTHER_FILES);
    let idle = connections::idle(server.address, IDLE.min(files)).await?;
    println!("  {}: {idle:?}", place.name());
    server.stop().await?;
    fs::remove_dir_all(directory)?;
    Ok(Crowd { idle, senders })
}

impl Street {
    async fn build(launch: Launch<'_>, customers: u64) -> Result<Self, Failure> {
        let (loud, quiet) = (launch.add_services()?, launch.add_services()?);
        let server = Server::start(launch)?;
        let loud = Registry::fill(&server, loud, customers).await?;
        let quiet = Registry::fill(&server, quiet, QUIET_CUSTOMERS).await?;
        let target = async |registry: &Registry| -> Result<Target, Failure> {
            Ok(Target { address: server.address, bearer: server.log_in(&registry.keys).await?.0 })
        };
        let loud = (target(&loud).await?, loud.keys.organization.clone());
        let target = target(&quiet).await?;
        let radius = Target { bearer: quiet.keys.bearer.clone().unwrap_or_default(), ..target.clone() };
        Ok(Self { server, loud, quiet, target, radius, newcomers: Newcomers::after(QUIET_CUSTOMERS) })
    }

    /// Measures the quiet and the loud phase. Their order alternates.
    async fn round(
        &mut self,
        place: Place,
        cluster: Option<&Cluster>,
        seconds: u64,
        backwards: bool,
    ) -> Result<StoreRound, Failure> {
        let time = Duration::from_secs(seconds);
        let (used, started) = (self.used(cluster)?, Instant::now());
        let quiet_first = if backwards { None } else { Some(self.works(time).await?) };
        let (target, organization) = &self.loud;
        let (noise, began) = (Noise::start(target, organization)?, Instant::now());
        let loud = self.works(time).await?;
        let pages = noise.stop()?;
        let loud_time = began.elapsed();
        let quiet = match quiet_first {
            Some(quiet) => quiet,
            None => self.works(time).await?,
        };
        let capacity = capacity(started.elapsed());
        let others = 1.0 - (self.used(cluster)?.saturating_sub(used)).as_secs_f64() / capacity.as_secs_f64();
        for work in WORKS {
            let [quiet, loud] = [&quiet, &loud].map(|works| (number(works[&work].p50), number(works[&work].p95)));
            println!("  {}, {}: p50 and p95, ms: {quiet:?} quiet, {loud:?} loud", place.name(), work.name());
        }
        println!("  {}: {pages:?} in {loud_time:?}", place.name());
        let memory = self.server.memory_peak()?;
        Ok(StoreRound { quiet, loud, pages, time: loud_time, memory, others: others.max(0.0) })
    }

    /// All loads of the quiet neighbour, concurrently.
    async fn works(&mut self, time: Duration) -> Result<Works, Failure> {
        self.work(WARM_UP).await?;
        self.work(time).await
    }

    async fn work(&mut self, time: Duration) -> Result<Works, Failure> {
        let first = self.newcomers.take(AT_MOST * time.as_secs()).ok_or("there are no more phone numbers")?;
        let registry = &self.quiet;
        let pace = Pace { connections: CONNECTIONS, pause: PAUSE, time };
        let organization = registry.keys.organization.clone();
        let creating: Arc<dyn Asking> = Arc::new(Create { organization, first });
        let (created, existing, authorized, ready) = tokio::try_join!(
            load::paced(&self.target, pace, creating.clone()),
            load::paced(&self.target, pace, Arc::new(Exist(registry.clone()))),
            load::paced(&self.radius, pace, Arc::new(Authorize(registry.clone()))),
            load::paced(&self.target, pace, Arc::new(Ready)),
        )?;
        registry.check(&created.answered, &*creating)?;
        let outcomes = [created, existing, authorized, ready];
        WORKS.into_iter().zip(outcomes).map(|(work, outcome)| Ok((work, Answers::of(&outcome)?))).collect()
    }

    /// The processor time of all participants, and the unused time.
    fn used(&self, cluster: Option<&Cluster>) -> Result<Duration, Failure> {
        let database = cluster.map_or(Ok(Duration::ZERO), postgres::processor_time)?;
        let own = process::processor_time(std::process::id())?;
        Ok(self.server.processor_time()? + database + own + process::idle_time()?)
    }
}
