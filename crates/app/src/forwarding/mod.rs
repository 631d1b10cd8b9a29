//! Sends customers to organizations' upstream accounts.
//!
//! Each account has its own lane, so an unavailable one does not delay the others. Callers never wait for deliveries:
//! the outbox is in the store, which the lanes query over dedicated connections. Several instances on one database
//! share the work.

mod accounts;
mod lane;
mod metrics;
mod rest;
#[cfg(test)]
mod tests;
mod watch;

use std::sync::Arc;
use std::time::Duration;

use domain::ports::{Clock, ForwardingStore, Upstream};
use tokio::sync::watch as signal;
use tokio::task::JoinHandle;

pub(crate) use metrics::Metrics;

/// The interval of looking for accounts, for due customers after finding none, and for a store after a failure.
const INTERVAL: Duration = Duration::from_secs(1);
/// The maximum number of deliveries in progress per account.
const AT_ONCE: u16 = 8;
/// The duration of a lease: the minute that the port allows, and some time to write the results.
const LEASE: Duration = Duration::from_secs(90);
/// How long a stop waits for deliveries in progress.
const PATIENCE: Duration = Duration::from_secs(5);

/// The forwarding of customers.
#[derive(Clone)]
pub(crate) struct Forwarding {
    pub(crate) store: Arc<dyn ForwardingStore>,
    pub(crate) upstream: Arc<dyn Upstream>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Metrics,
}

impl Forwarding {
    /// Starts forwarding.
    pub(crate) fn start(self) -> Running {
        let (stop, stopped) = signal::channel(());
        let watching = tokio::spawn(watch::run(self.clone()));
        let task = tokio::spawn(accounts::run(self, stopped));
        Running { stop, task, watching }
    }
}

/// Forwarding in progress, until it is stopped.
pub(crate) struct Running {
    /// Dropped to stop.
    stop: signal::Sender<()>,
    task: JoinHandle<()>,
    /// A separate task, so that a bug in the metrics ends nothing else.
    watching: JoinHandle<()>,
}

impl Running {
    /// Stops sending, and writes the results of deliveries in progress. A customer without a timely answer is sent
    /// again by the next instance that claims it.
    pub(crate) async fn stop(mut self) {
        drop(self.stop);
        self.watching.abort();
        let _ = self.watching.await;
        if tokio::time::timeout(PATIENCE, &mut self.task).await.is_err() {
            tracing::warn!("stopped during deliveries to upstream accounts; their customers are sent again");
            self.task.abort();
            let _ = self.task.await;
        }
    }
}
