//! The state of forwarding, read at intervals, so that the cost does not depend on how often the metrics are read.

use std::collections::HashSet;
use std::time::Duration;

use domain::ports::ErrorChain;
use domain::value::OrganizationId;
use tokio::time::MissedTickBehavior;

use super::Forwarding;

/// The maximum age of the metrics.
const INTERVAL: Duration = Duration::from_secs(5);
/// The count stops at this number of customers.
const MOST: u32 = 100_000;

/// Runs until it is dropped.
pub(super) async fn run(forwarding: Forwarding) {
    let mut shown = HashSet::new();
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // The lanes' task reports accounts that cannot be read.
        let Ok(accounts) = forwarding.store.accounts().await else {
            shown.iter().for_each(|organization| forwarding.metrics.hide(*organization));
            continue;
        };
        let found: HashSet<_> = accounts.into_iter().flatten().map(|account| account.organization_id).collect();
        shown.difference(&found).for_each(|organization| forwarding.metrics.forget(*organization));
        for organization in &found {
            look_at(&forwarding, *organization).await;
        }
        shown = found;
    }
}

async fn look_at(forwarding: &Forwarding, organization: OrganizationId) {
    match forwarding.store.standing(organization, MOST).await {
        Ok(standing) => forwarding.metrics.show(organization, &standing, forwarding.clock.now()),
        Err(error) => {
            tracing::warn!(%organization, error = %ErrorChain(&error), "the state of forwarding cannot be read");
            forwarding.metrics.hide(organization);
        }
    }
}
