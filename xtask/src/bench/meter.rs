//! The measurement of one load.

use std::num::NonZero;
use std::sync::Arc;
use std::time::{Duration, Instant};

use postgres_cluster::Cluster;

use super::guests::{Authorize, Check, Create, Exist, Live, LookUp, Newcomers, Page, Profile, Ready, Upsert};
use super::load::{self, Asking, Limits, Target};
use super::pgbench::{Pgbench, Printed};
use super::postgres::{self, Filled};
use super::process;
use super::registry::Registry;
use super::run::{Measured, Processor, Work};
use super::server::{Launch, Server};
use crate::shell::Failure;

/// The length of the unmeasured load before each measured one, which warms up caches, plans and connections.
pub(crate) const WARM_UP: Duration = Duration::from_secs(2);
/// More than any server completes per second: bounds the numbers of new guests, and the memory of a load.
const AT_MOST: u64 = 50_000;

/// A server under measurement.
pub(crate) struct Asked {
    pub(crate) server: Server,
    /// The time from its start to its first response.
    pub(crate) live: Duration,
    /// The time to the first login.
    pub(crate) login: Duration,
    pub(crate) target: Target,
    /// The target for requests of a RADIUS server.
    pub(crate) radius: Target,
    /// The organization of its customers.
    pub(crate) organization: String,
}

/// The state of the measurements, whatever the server.
pub(crate) struct Meter<'a> {
    /// PostgreSQL and its database; `None` if this measurement does not use them.
    pub(crate) postgres: Option<(&'a Cluster, &'a Filled)>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) newcomers: Newcomers,
    pub(crate) time: Duration,
}

impl Asked {
    /// Starts it on an existing registry.
    pub(crate) async fn start(launch: Launch<'_>, registry: &Registry) -> Result<Self, Failure> {
        let server = Server::start(launch)?;
        let live = server.live().await?;
        let (bearer, login) = server.log_in(&registry.keys).await?;
        let target = Target { address: server.address, bearer };
        let radius = Target { address: server.address, bearer: registry.keys.bearer.clone().unwrap_or_default() };
        Ok(Self { server, live, login, target, radius, organization: registry.keys.organization.clone() })
    }
}

impl Meter<'_> {
    /// Measures the server after a warm-up.
    pub(crate) async fn service(&mut self, asked: &Asked, work: Work, connections: usize) -> Result<Measured, Failure> {
        self.load(asked, work, connections, WARM_UP).await?;
        self.load(asked, work, connections, self.time).await
    }

    /// The same with pgbench instead of the service.
    pub(crate) fn pgbench(&mut self, pgbench: &Pgbench<'_>, work: Work, clients: usize) -> Result<Measured, Failure> {
        pgbench.run(work, clients, WARM_UP, self.first(WARM_UP)?)?;
        let first = self.first(self.time)?;
        let (before, started) = (self.processor(None)?, Instant::now());
        let Printed { rate, count: requests } = pgbench.run(work, clients, self.time, first)?;
        let (processor, capacity) = (self.processor(None)?.since(before), capacity(started.elapsed()));
        Ok(Measured { rate, p50: None, p99: None, requests, processor, capacity, transactions: None })
    }

    async fn load(
        &mut self,
        asked: &Asked,
        work: Work,
        connections: usize,
        time: Duration,
    ) -> Result<Measured, Failure> {
        let asking = self.asking(work, time)?;
        let limits = Limits { connections, requests: requests(time), time };
        let (before, transactions) = (self.processor(Some(&asked.server))?, self.transactions()?);
        let target = if work == Work::Authorize { &asked.radius } else { &asked.target };
        let outcome = load::run(target, limits, asking.clone()).await?;
        let processor = self.processor(Some(&asked.server))?.since(before);
        let transactions = self.transactions()?.zip(transactions).map(|(after, before)| after - before);
        self.registry.check(&outcome.answered, &*asking)?;
        Ok(Measured::of(&outcome, processor, capacity(outcome.time), transactions))
    }

    fn asking(&mut self, work: Work, time: Duration) -> Result<Arc<dyn Asking>, Failure> {
        let registry = self.registry.clone();
        Ok(match work {
            Work::Create => {
                Arc::new(Create { organization: registry.keys.organization.clone(), first: self.first(time)? })
            }
            Work::Upsert => Arc::new(Upsert { registry, first: self.first(time)? }),
            Work::LookUp => Arc::new(LookUp(registry)),
            Work::Exist => Arc::new(Exist(registry)),
            Work::Check => Arc::new(Check(registry)),
            Work::Authorize => Arc::new(Authorize(registry)),
            Work::Live => Arc::new(Live),
            Work::Ready => Arc::new(Ready),
            Work::Page => Arc::new(Page(registry)),
            Work::Profile => Arc::new(Profile(registry)),
        })
    }

    /// The first number of as many new guests as can arrive in this time.
    fn first(&mut self, time: Duration) -> Result<u64, Failure> {
        let first = self.newcomers.take(requests(time));
        first.ok_or_else(|| "there are not enough phone numbers for so many and so long rounds".into())
    }

    fn processor(&self, server: Option<&Server>) -> Result<Processor, Failure> {
        let own = std::process::id();
        Ok(Processor {
            service: server.map_or(Ok(Duration::ZERO), Server::processor_time)?,
            database: self.postgres.map_or(Ok(Duration::ZERO), |(cluster, _)| postgres::processor_time(cluster))?,
            generator: match server {
                Some(_) => process::processor_time(own)?,
                None => process::processor_time_of_ended_children(own)?,
            },
            idle: process::idle_time()?,
        })
    }

    fn transactions(&self) -> Result<Option<f64>, Failure> {
        self.postgres.map(|(_, filled)| filled.transactions()).transpose()
    }
}

/// The processor time of all cores in this time.
pub(crate) fn capacity(time: Duration) -> Duration {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    time.saturating_mul(u32::try_from(cores).unwrap_or(u32::MAX))
}

fn requests(time: Duration) -> u64 {
    AT_MOST * time.as_secs()
}
