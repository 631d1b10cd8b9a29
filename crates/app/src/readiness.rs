//! Readiness: whether requests can be carried out, which takes more than a database that responds.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::Timestamp;
use domain::customer::Customer;
use domain::ports::{Batching, Command, CommandError, CustomerStore, Readiness, StoreError, Written};
use domain::value::{CustomerId, OrganizationId};
use tokio::runtime::Handle;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};

/// How long all attempted writes may fail: as long as the database's statement timeout.
const STALLED: Duration = Duration::from_secs(5);
/// How long a failed write counts. Without writes, only the database can show whether they work.
const BELIEVED: Duration = Duration::from_secs(15);
/// How long the interface's runtime may take to start a task.
const BUSY: Duration = Duration::from_secs(1);

/// The results of all organizations' writes.
#[derive(Default)]
pub(crate) struct WriteWatch(Mutex<Writes>);

#[derive(Default)]
struct Writes {
    succeeded_at: Option<Instant>,
    failing: Option<Failing>,
}

/// Failed writes since the last one that succeeded.
struct Failing {
    since: Instant,
    last: Instant,
}

/// A write in progress. A write that its caller abandons counts as failed.
struct Write<'a> {
    watch: &'a WriteWatch,
    began: Instant,
    ended: bool,
}

impl WriteWatch {
    /// How long writes have been failing, if none succeeds.
    fn stalled(&self) -> Option<Duration> {
        let now = Instant::now();
        let writes = self.writes();
        let failing = writes.failing.as_ref().filter(|failing| now - failing.last < BELIEVED)?;
        Some(now - failing.since).filter(|time| *time >= STALLED)
    }

    fn begin(&self) -> Write<'_> {
        Write { watch: self, began: Instant::now(), ended: false }
    }

    fn succeed(&self) {
        *self.writes() = Writes { succeeded_at: Some(Instant::now()), failing: None };
    }

    fn fail(&self, began: Instant) {
        let mut writes = self.writes();
        // Other writes may have succeeded meanwhile.
        let since = writes.succeeded_at.map_or(began, |succeeded| began.max(succeeded));
        let since = writes.failing.as_ref().map_or(since, |failing| since.min(failing.since));
        writes.failing = Some(Failing { since, last: Instant::now() });
    }

    fn writes(&self) -> MutexGuard<'_, Writes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write<'_> {
    fn end<T>(mut self, done: &Result<T, StoreError>) {
        self.ended = true;
        match done {
            Ok(_) => self.watch.succeed(),
            Err(StoreError::Unavailable(_) | StoreError::Internal(_)) => self.watch.fail(self.began),
            // The error concerns one customer, not the store.
            Err(StoreError::Corrupt(_)) => {}
        }
    }
}

impl Drop for Write<'_> {
    fn drop(&mut self) {
        if !self.ended && self.began.elapsed() >= STALLED {
            self.watch.fail(self.began);
        }
    }
}

/// A store decorator that watches writes.
pub(crate) struct Watched {
    pub(crate) inner: Arc<dyn CustomerStore>,
    pub(crate) watch: Arc<WriteWatch>,
}

#[async_trait]
impl CustomerStore for Watched {
    async fn write(&self, batch: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError> {
        let write = self.watch.begin();
        let done = self.inner.write(batch).await;
        write.end(&done);
        done
    }

    async fn rehearse(&self, batch: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError> {
        self.inner.rehearse(batch).await
    }

    async fn find(&self, organization_id: OrganizationId, id: CustomerId) -> Result<Option<Customer>, StoreError> {
        self.inner.find(organization_id, id).await
    }

    async fn purge_receipts(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.inner.purge_receipts(before).await
    }

    fn batching(&self) -> Batching {
        self.inner.batching()
    }
}

/// The service is ready when the interface's threads make progress, attempted writes succeed, and the database
/// responds.
pub(crate) struct Ready {
    pub(crate) database: Arc<dyn Readiness>,
    pub(crate) watch: Arc<WriteWatch>,
    /// The runtime of the interface.
    pub(crate) interface: Handle,
}

#[async_trait]
impl Readiness for Ready {
    async fn check(&self) -> Result<(), StoreError> {
        if let Some(time) = self.watch.stalled() {
            let text = format!("no write has succeeded for {} seconds", time.as_secs());
            return Err(StoreError::Unavailable(text.into()));
        }
        let mut nothing = JoinSet::new();
        nothing.spawn_on(async {}, &self.interface);
        timeout(BUSY, nothing.join_next())
            .await
            .map_err(|_| StoreError::Unavailable("the threads of the interface are busy".into()))?;
        self.database.check().await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use domain::ports::{Cut, MockReadiness};
    use tokio::runtime::Builder;
    use tokio::time::advance;

    use super::*;

    fn unavailable() -> StoreError {
        StoreError::Unavailable("statement timeout".into())
    }

    /// A store that answers writes with these results in turn, each after this many seconds.
    fn store(watch: &Arc<WriteWatch>, answers: Vec<(u64, bool)>) -> Watched {
        let answers = Mutex::new(answers.into_iter());
        Watched { inner: Arc::new(Slow(answers)), watch: watch.clone() }
    }

    struct Slow(Mutex<std::vec::IntoIter<(u64, bool)>>);

    #[async_trait]
    impl CustomerStore for Slow {
        async fn write(&self, _: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError> {
            let (seconds, good) = self.0.lock().unwrap().next().unwrap();
            tokio::time::sleep(Duration::from_secs(seconds)).await;
            if good { Ok(Vec::new()) } else { Err(unavailable()) }
        }

        async fn rehearse(&self, _: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError> {
            Err(unavailable())
        }

        async fn find(&self, _: OrganizationId, _: CustomerId) -> Result<Option<Customer>, StoreError> {
            Ok(None)
        }

        async fn purge_receipts(&self, _: Timestamp) -> Result<u64, StoreError> {
            Ok(7)
        }

        fn batching(&self) -> Batching {
            Batching { cut: Cut::Anywhere, at_once: 1, beside: 1, commands: 1 }
        }
    }

    fn ready(watch: &Arc<WriteWatch>) -> Ready {
        let mut database = MockReadiness::new();
        database.expect_check().returning(|| Ok(()));
        Ready { database: Arc::new(database), watch: watch.clone(), interface: Handle::current() }
    }

    #[tokio::test(start_paused = true)]
    async fn a_service_whose_writes_all_fail_is_not_ready_until_one_succeeds() {
        let watch = Arc::default();
        let (store, ready) = (store(&watch, vec![(1, true), (4, false), (1, false), (0, true)]), ready(&watch));
        ready.check().await.unwrap();
        store.write(Vec::new()).await.unwrap();
        store.write(Vec::new()).await.unwrap_err();
        ready.check().await.expect("four seconds may be somebody's bad luck");
        store.write(Vec::new()).await.unwrap_err();
        let Err(StoreError::Unavailable(cause)) = ready.check().await else { panic!("it is not ready") };
        assert_eq!(cause.to_string(), "no write has succeeded for 5 seconds");
        store.write(Vec::new()).await.unwrap();
        ready.check().await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn an_import_that_stalls_beside_writes_that_succeed_leaves_the_service_ready() {
        let watch = Arc::default();
        let (import, others) = (store(&watch, vec![(10, false)]), store(&watch, vec![(7, true)]));
        let (stalled, written) = tokio::join!(import.write(Vec::new()), others.write(Vec::new()));
        assert!(stalled.is_err() && written.is_ok());
        ready(&watch).check().await.expect("three seconds ago a write succeeded");
        advance(Duration::from_secs(2)).await;
        assert!(ready(&watch).check().await.is_err(), "and now it is five");
    }

    #[tokio::test(start_paused = true)]
    async fn a_write_that_is_given_up_failed_and_old_failures_tell_nothing() {
        let watch = Arc::default();
        let (store, ready) = (store(&watch, vec![(1000, true)]), ready(&watch));
        assert!(timeout(Duration::from_secs(10), store.write(Vec::new())).await.is_err());
        assert!(ready.check().await.is_err());
        advance(BELIEVED).await;
        ready.check().await.expect("nobody writes any more");
    }

    #[tokio::test]
    async fn a_service_whose_threads_are_all_taken_is_not_ready() {
        let interface = Builder::new_multi_thread().worker_threads(1).build().unwrap();
        let ready = Ready { interface: interface.handle().clone(), ..ready(&Arc::default()) };
        ready.check().await.unwrap();
        let (begun, begins) = mpsc::channel();
        let (release, held) = mpsc::channel::<()>();
        interface.spawn(async move {
            begun.send(()).unwrap();
            held.recv().unwrap();
        });
        begins.recv().unwrap();
        assert!(ready.check().await.is_err());
        release.send(()).unwrap();
        ready.check().await.unwrap();
        interface.shutdown_background();
    }
}
