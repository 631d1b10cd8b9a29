//! Metrics of connections, by listener.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use super::End;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByListener {
    listener: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ByEnd {
    listener: &'static str,
    reason: &'static str,
}

/// The metrics of all listeners' connections.
#[derive(Debug, Clone, Default)]
pub struct ConnectionMetrics {
    open: Family<ByListener, Gauge>,
    idle: Family<ByListener, Gauge>,
    limit: Family<ByListener, Gauge>,
    closed: Family<ByEnd, Counter>,
    failures: Family<ByListener, Counter>,
}

impl ConnectionMetrics {
    /// Registers the metrics.
    pub fn register(&self, registry: &mut Registry) {
        let ours = registry.sub_registry_with_prefix("guestbook_connections");
        ours.register("open", "Open connections", self.open.clone());
        ours.register("idle", "Idle connections, which can be closed for new ones", self.idle.clone());
        ours.register("limit", "Maximum number of open connections", self.limit.clone());
        ours.register("closed", "Closed connections, by reason", self.closed.clone());
        ours.register("accept_failures", "Connections that could not be accepted", self.failures.clone());
    }

    /// The metrics of one listener. Every reason exists from the start, so that the first increase is visible.
    pub(super) fn of(&self, listener: &'static str, limit: usize) -> ListenerMetrics {
        let label = ByListener { listener };
        self.limit.get_or_create(&label).set(count(limit));
        let closed = End::ALL.map(|end| self.closed.get_or_create_owned(&ByEnd { listener, reason: end.as_str() }));
        ListenerMetrics {
            open: self.open.get_or_create_owned(&label),
            idle: self.idle.get_or_create_owned(&label),
            closed,
            failures: self.failures.get_or_create_owned(&label),
        }
    }
}

/// The metrics of one listener's connections.
#[derive(Debug)]
pub(super) struct ListenerMetrics {
    open: Gauge,
    idle: Gauge,
    closed: [Counter; End::ALL.len()],
    failures: Counter,
}

impl ListenerMetrics {
    pub(super) fn stand(&self, open: usize, idle: usize) {
        self.open.set(count(open));
        self.idle.set(count(idle));
    }

    pub(super) fn closed(&self, end: End) {
        for (of, counter) in End::ALL.iter().zip(&self.closed) {
            if *of == end {
                counter.inc();
            }
        }
    }

    /// Counts a connection that could not be accepted.
    pub(super) fn failed(&self) {
        self.failures.inc();
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
