//! The metrics of forwarding, by organization.

use std::sync::atomic::AtomicU64;

use domain::Timestamp;
use domain::forwarding::{Fault, Standing};
use domain::value::OrganizationId;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    organization: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfKind {
    organization: String,
    kind: &'static str,
}

/// The metrics, with only those organizations that have an account.
#[derive(Clone, Default)]
pub(crate) struct Metrics {
    sent: Family<Of, Counter>,
    failures: Family<OfKind, Counter>,
    waiting: Family<Of, Gauge>,
    oldest: Family<Of, Gauge<f64, AtomicU64>>,
    dead: Family<Of, Gauge>,
    held: Family<Of, Gauge>,
}

impl Metrics {
    /// Registers the metrics.
    pub(crate) fn register(&self, registry: &mut Registry) {
        let ours = registry.sub_registry_with_prefix("guestbook");
        ours.register("forwarding_sent", "Customers that the upstream account accepted", self.sent.clone());
        ours.register("forwarding_failures", "Failed deliveries", self.failures.clone());
        ours.register("forwarding_waiting", "Queued customers", self.waiting.clone());
        let age = "Age of the oldest queued customer";
        ours.register_with_unit("forwarding_oldest_waiting", age, Unit::Seconds, self.oldest.clone());
        let held = "Whether nothing is sent until an administrator resumes forwarding";
        ours.register("forwarding_held", held, self.held.clone());
        ours.register("forwarding_dead_letters", "Dead letters", self.dead.clone());
    }

    /// Counts a delivery.
    pub(super) fn sent(&self, organization: OrganizationId, fault: Option<&Fault>) {
        let organization = organization.to_string();
        let kind = match fault {
            None => {
                self.sent.get_or_create(&Of { organization }).inc();
                return;
            }
            Some(Fault::Refused(_)) => "refused",
            Some(Fault::Away { .. }) => "away",
        };
        self.failures.get_or_create(&OfKind { organization, kind }).inc();
    }

    /// Sets the gauges to an organization's state at this time.
    pub(super) fn show(&self, organization: OrganizationId, standing: &Standing, at: Timestamp) {
        let of = Of { organization: organization.to_string() };
        let gauge = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.waiting.get_or_create(&of).set(gauge(standing.waiting));
        self.dead.get_or_create(&of).set(gauge(standing.dead));
        self.held.get_or_create(&of).set(i64::from(standing.held));
        let age = standing.oldest.map_or(0.0, |oldest| at.duration_since(oldest).as_secs_f64());
        self.oldest.get_or_create(&of).set(age.max(0.0));
    }

    /// Removes the gauges, because the state is unknown.
    pub(super) fn hide(&self, organization: OrganizationId) {
        let of = Of { organization: organization.to_string() };
        self.waiting.remove(&of);
        self.dead.remove(&of);
        self.held.remove(&of);
        self.oldest.remove(&of);
    }

    /// Removes an organization that no longer has an account.
    pub(super) fn forget(&self, organization: OrganizationId) {
        self.hide(organization);
        let organization = organization.to_string();
        for kind in ["refused", "away"] {
            self.failures.remove(&OfKind { organization: organization.clone(), kind });
        }
        self.sent.remove(&Of { organization });
    }
}
