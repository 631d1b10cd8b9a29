//! Purges expired data, unless the clock may be wrong: see [`domain::housekeeping`].

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use domain::customer::Receipt;
use domain::housekeeping::{Reached, Watch};
use domain::limits;
use domain::ports::{ErrorChain, HousekeepingStore, StoreError};
use http_api::Ports;
use jiff::SignedDuration;
use tokio::time::{Instant, MissedTickBehavior};

/// The interval of reading the clock: a wrong time in between goes unnoticed.
const LOOK: Duration = Duration::from_secs(10);
/// The number of readings between two purges.
const LOOKS: u32 = 60;

/// Purges expired tokens and sessions, and old idempotency records, now and every ten minutes.
pub(crate) async fn run(ports: Ports, store: Arc<dyn HousekeepingStore>) {
    let started = Instant::now();
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut watch, mut looks) = (None, 0);
    loop {
        ticks.tick().await;
        let (now, monotonic) = (ports.clock.now(), started.elapsed());
        let jump = watch.as_mut().and_then(|watch: &mut Watch| watch.look(now, monotonic));
        if let Some(jump) = jump {
            tracing::warn!(seconds = jump.as_secs(), "the clock jumped; nothing is purged for some days");
        }
        if looks % LOOKS == 0 || jump.is_some() {
            match pass(&ports, store.as_ref(), &mut watch, (now, monotonic)).await {
                Ok(Gone { tokens: 0, sessions: 0, receipts: 0 }) => {}
                Ok(Gone { tokens, sessions, receipts }) => {
                    tracing::info!(tokens, sessions, receipts, "purged expired data");
                }
                Err(error) => {
                    tracing::warn!(error = %ErrorChain(&error), "expired data could not be purged");
                }
            }
        }
        looks = (looks + 1) % LOOKS;
    }
}

/// The numbers of purged rows.
#[derive(Default)]
struct Gone {
    tokens: u64,
    sessions: u64,
    receipts: u64,
}

async fn pass(
    ports: &Ports,
    store: &dyn HousekeepingStore,
    watch: &mut Option<Watch>,
    (now, monotonic): (Timestamp, Duration),
) -> Result<Gone, StoreError> {
    let recorded = store.reached().await?;
    let from = match recorded {
        Some(recorded) => recorded,
        None => Reached::at_first(now, store.written_at().await?),
    };
    let watch = watch.get_or_insert_with(|| Watch::begin(from, now, monotonic));
    let next = watch.reach(from);
    let reached = store.reach(recorded, next).await?;
    // Another instance may have recorded its time first. The next pass then records the jump.
    if reached == next {
        watch.recorded();
    }
    match reached.horizon() {
        Some(horizon) => purge(ports, horizon).await,
        None => Ok(Gone::default()),
    }
}

async fn purge(ports: &Ports, horizon: Timestamp) -> Result<Gone, StoreError> {
    let mut gone = Gone::default();
    loop {
        let tokens = ports.tokens.purge_tokens(before(horizon, limits::TOKEN_KEPT_HOURS)).await?;
        let sessions = ports.sessions.purge_sessions(before(horizon, limits::ENDED_SESSION_KEPT_HOURS)).await?;
        let receipts = ports.customers.purge_receipts(Receipt::kept_since(horizon)).await?;
        if (tokens, sessions, receipts) == (0, 0, 0) {
            return Ok(gone);
        }
        gone.tokens += tokens;
        gone.sessions += sessions;
        gone.receipts += receipts;
    }
}

fn before(horizon: Timestamp, hours: i64) -> Timestamp {
    horizon.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use clap::Parser;
    use domain::access::{NewService, Role, Scopes};
    use domain::ports::{Clock, Session, SessionEpoch};
    use domain::value::Name;
    use tempfile::TempDir;

    use super::*;
    use crate::admin::organization;
    use crate::cli::Cli;
    use crate::config::Config;
    use crate::wiring::Wired;

    const HOUR: i64 = 3600;
    const YEAR: i64 = 365 * 24 * HOUR;

    /// A clock that differs from the real time, which the test advances.
    #[derive(Default)]
    struct World {
        real: Mutex<i64>,
        ahead: Mutex<i64>,
    }

    impl Clock for World {
        fn now(&self) -> Timestamp {
            let second = 1_711_620_930 + *self.real.lock().unwrap() + *self.ahead.lock().unwrap();
            Timestamp::from_second(second).unwrap()
        }
    }

    /// A registry whose only service ended a session that had a day left.
    struct Registry {
        wired: Wired,
        world: Arc<World>,
        session: Session,
        watch: Option<Watch>,
        started: i64,
        _directory: TempDir,
    }

    impl Registry {
        async fn start() -> Self {
            let directory = TempDir::new().unwrap();
            let cli = Cli::parse_from(["http-api".as_ref(), "--data-dir".as_ref(), directory.path().as_os_str()]);
            let mut wired = Wired::open(&Config::resolve(cli.settings).unwrap()).await.unwrap();
            let world = Arc::new(World::default());
            wired.ports.clock = world.clone();
            let (ports, name) = (&wired.ports, || Name::parse("Test").unwrap());
            let organization = organization::new(ports, name(), name());
            ports.organizations.add(organization.clone()).await.unwrap();
            let role = Role::OrganizationManager;
            let (id, scopes) = (organization.organization.id, Scopes::usual(role));
            let at = world.now();
            let new = NewService::generate(id, name(), role, scopes, at, ports.ids.as_ref(), ports.secrets.as_ref());
            let session = Session {
                service_id: new.service.id,
                id: 1,
                epoch: SessionEpoch::default(),
                expires_at: at + SignedDuration::from_hours(24),
            };
            ports.services.add(new).await.unwrap();
            ports.sessions.end(session).await.unwrap();
            Self { wired, world, session, watch: None, started: 0, _directory: directory }
        }

        async fn pass(&mut self) {
            let real = *self.world.real.lock().unwrap();
            let monotonic = Duration::from_secs((real - self.started).unsigned_abs());
            let now = self.world.now();
            if let Some(watch) = &mut self.watch {
                watch.look(now, monotonic);
            }
            let store = self.wired.housekeeping.as_ref();
            pass(&self.wired.ports, store, &mut self.watch, (now, monotonic)).await.unwrap();
        }

        /// Advances the time by hours, with housekeeping every ten minutes.
        async fn run(&mut self, hours: i64) {
            for _ in 0..6 * hours {
                *self.world.real.lock().unwrap() += 600;
                self.pass().await;
            }
        }

        fn turn_ahead(&self, seconds: i64) {
            *self.world.ahead.lock().unwrap() = seconds;
        }

        /// Ends the process and starts another one.
        fn restart(&mut self) {
            self.watch = None;
            self.started = *self.world.real.lock().unwrap();
        }

        async fn is_forgotten(&self) -> bool {
            self.wired.ports.sessions.service_of(self.session).await.unwrap().is_some()
        }
    }

    #[tokio::test]
    async fn an_ended_session_is_forgotten_a_day_after_its_end() {
        let mut registry = Registry::start().await;
        registry.pass().await;
        registry.run(47).await;
        assert!(!registry.is_forgotten().await);
        registry.run(2).await;
        assert!(registry.is_forgotten().await);
    }

    #[tokio::test]
    async fn a_clock_that_jumps_ahead_makes_it_forget_nothing() {
        let mut registry = Registry::start().await;
        registry.pass().await;
        registry.turn_ahead(YEAR);
        registry.run(5).await;
        registry.turn_ahead(0);
        registry.run(18).await;
        assert!(!registry.is_forgotten().await, "its JWT still lives");
    }

    #[tokio::test]
    async fn a_clock_that_is_ahead_at_the_start_makes_it_forget_nothing() {
        let mut registry = Registry::start().await;
        registry.pass().await;
        registry.turn_ahead(YEAR);
        for _ in 0..5 {
            registry.restart();
            registry.run(4).await;
        }
        assert!(!registry.is_forgotten().await, "its JWT still lives");
    }

    /// A registry on which housekeeping never ran.
    #[tokio::test]
    async fn a_clock_that_is_ahead_the_first_time_makes_it_forget_nothing() {
        let mut registry = Registry::start().await;
        registry.turn_ahead(YEAR);
        registry.run(20).await;
        assert!(!registry.is_forgotten().await, "its JWT still lives");
    }
}
