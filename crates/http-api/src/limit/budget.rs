//! A bound on what requests in progress hold together, such as memory.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use domain::value::OrganizationId;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// No organization may hold more than this fraction of the whole, so that none keeps the others out.
const PART: usize = 4;
/// Organizations that are kept before those that hold nothing are removed.
const KEPT: usize = 1024;

/// A budget, for all organizations together and for each one.
pub(crate) struct Budget {
    all: Arc<Semaphore>,
    of_each: usize,
    organizations: Mutex<HashMap<OrganizationId, Weak<Semaphore>>>,
    /// How long a request waits until others return their share.
    wait: Duration,
    /// The amount that is held.
    held: Gauge,
}

/// A share of a budget, held until it is dropped.
pub(crate) struct Share {
    // Also keeps the organization's own budget in memory.
    _own: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
    units: i64,
    held: Gauge,
}

impl Budget {
    pub(crate) fn new(units: usize, wait: Duration, held: Gauge) -> Self {
        let units = units.min(Semaphore::MAX_PERMITS);
        let of_each = units.div_ceil(PART);
        Self { all: Arc::new(Semaphore::new(units)), of_each, organizations: Mutex::default(), wait, held }
    }

    /// Takes a share of this many units; `None` if others did not return enough in time.
    pub(crate) async fn take(&self, organization: OrganizationId, units: usize) -> Option<Share> {
        let permits = u32::try_from(units).ok()?;
        let own = self.of(organization);
        let taking = async {
            let own = own.acquire_many_owned(permits).await.ok()?;
            let of_all = self.all.clone().acquire_many_owned(permits).await.ok()?;
            Some((own, of_all))
        };
        let (own, of_all) = timeout(self.wait, taking).await.ok()??;
        let units = i64::from(permits);
        self.held.inc_by(units);
        Some(Share { _own: own, _of_all: of_all, units, held: self.held.clone() })
    }

    fn of(&self, organization: OrganizationId) -> Arc<Semaphore> {
        let mut organizations = self.organizations.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(own) = organizations.get(&organization).and_then(Weak::upgrade) {
            return own;
        }
        if organizations.len() >= KEPT {
            organizations.retain(|_, own| own.strong_count() > 0);
        }
        let own = Arc::new(Semaphore::new(self.of_each));
        organizations.insert(organization, Arc::downgrade(&own));
        own
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.held.dec_by(self.units);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(2);

    fn organization(number: u128) -> OrganizationId {
        OrganizationId::from_bits(number)
    }

    #[tokio::test(start_paused = true)]
    async fn no_organization_takes_the_share_of_another() {
        let held = Gauge::default();
        let budget = Budget::new(100, WAIT, held.clone());
        let first = budget.take(organization(1), 25).await;
        assert!(first.is_some());
        assert!(budget.take(organization(1), 1).await.is_none(), "a quarter is all that one may have");
        let second = budget.take(organization(2), 25).await;
        assert!(second.is_some());
        assert_eq!(held.get(), 50);
        drop(first);
        assert_eq!(held.get(), 25);
        assert!(budget.take(organization(1), 25).await.is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_finds_nothing_left_waits_for_a_while() {
        let budget = Arc::new(Budget::new(4, WAIT, Gauge::default()));
        let mut shares = Vec::new();
        for number in 0..4 {
            shares.push(budget.take(organization(number), 1).await.unwrap_or_else(|| unreachable!()));
        }
        let started = tokio::time::Instant::now();
        assert!(budget.take(organization(9), 1).await.is_none());
        assert_eq!(started.elapsed(), WAIT);
        let waiting = tokio::spawn({
            let budget = budget.clone();
            async move { budget.take(organization(9), 1).await.is_some() }
        });
        tokio::task::yield_now().await;
        shares.pop();
        assert!(waiting.await.unwrap());
    }

    #[tokio::test]
    async fn organizations_that_hold_nothing_are_forgotten() {
        let budget = Budget::new(100, WAIT, Gauge::default());
        for number in 0..3000 {
            assert!(budget.take(organization(number), 1).await.is_some());
        }
        assert!(budget.organizations.lock().unwrap().len() <= KEPT);
    }
}
