//! Sends customers on to the accounts that organizations have elsewhere.
//!
//! Each account has a lane of its own, so that one which is away holds no other back. Callers never wait for any of it: who
//! has to be sent stands in the store, which the lanes ask by connections of their own. Several instances on one database
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

/// How often accounts are looked for, those who are due where there was nobody, and a store that failed.
const INTERVAL: Duration = Duration::from_secs(1);
/// Customers that are on their way to one account at once.
const AT_ONCE: u16 = 8;
/// For how long they are nobody else's: the minute that the port allows, and some time to write what became of them.
const LEASE: Duration = Duration::from_secs(90);
/// How long those who are on the way are waited for when the server stops.
const PATIENCE: Duration = Duration::from_secs(5);

/// What sends customers on.
#[derive(Clone)]
pub(crate) struct Forwarding {
    pub(crate) store: Arc<dyn ForwardingStore>,
    pub(crate) upstream: Arc<dyn Upstream>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Metrics,
}

impl Forwarding {
    /// Begins to send.
    pub(crate) fn start(self) -> Running {
        let (stop, stopped) = signal::channel(());
        let watching = tokio::spawn(watch::run(self.clone()));
        let task = tokio::spawn(accounts::run(self, stopped));
        Running { stop, task, watching }
    }
}

/// Customers are sent on, until it is stopped.
pub(crate) struct Running {
    /// Dropped to stop.
    stop: signal::Sender<()>,
    task: JoinHandle<()>,
    /// Of its own, so that a fault in what is told ends nothing else.
    watching: JoinHandle<()>,
}

impl Running {
    /// Sends nobody any more, and writes what becomes of those who are on the way. Whoever is not answered soon is left to the
    /// next one who takes customers: it is sent again.
    pub(crate) async fn stop(mut self) {
        drop(self.stop);
        self.watching.abort();
        let _ = self.watching.await;
        if tokio::time::timeout(PATIENCE, &mut self.task).await.is_err() {
            tracing::warn!("stopped with customers still on the way to accounts elsewhere; they are sent again");
            self.task.abort();
            let _ = self.task.await;
        }
    }
}
