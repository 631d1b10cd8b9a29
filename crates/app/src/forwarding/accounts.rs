//! A lane per account.

use std::collections::HashMap;

use domain::forwarding::Account;
use domain::ports::{CorruptRow, ErrorChain};
use domain::value::OrganizationId;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::MissedTickBehavior;

use super::lane::Lane;
use super::{Forwarding, INTERVAL};

/// An account whose customers are sent.
struct Kept {
    account: Account,
    task: AbortHandle,
    /// Dropped to end the lane.
    _stop: watch::Sender<()>,
}

/// The accounts and their lanes.
#[derive(Default)]
struct Accounts {
    kept: HashMap<OrganizationId, Kept>,
    /// Unreadable accounts, so that each is reported once.
    unreadable: Vec<CorruptRow>,
    /// The lanes, including those that are ending.
    lanes: JoinSet<()>,
}

/// Runs until it is stopped, and then until all lanes have ended.
pub(super) async fn run(forwarding: Forwarding, mut stop: watch::Receiver<()>) {
    let mut accounts = Accounts::default();
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = stop.changed() => break,
            _ = ticks.tick() => {}
        }
        match forwarding.store.accounts().await {
            Ok(found) => accounts.follow(&forwarding, found),
            Err(error) => tracing::warn!(error = %ErrorChain(&error), "upstream accounts cannot be read"),
        }
    }
    accounts.end().await;
}

impl Accounts {
    fn follow(&mut self, forwarding: &Forwarding, found: Vec<Result<Account, CorruptRow>>) {
        let (mut readable, mut unreadable) = (HashMap::new(), Vec::new());
        for account in found {
            match account {
                Ok(account) => drop(readable.insert(account.organization_id, account)),
                Err(row) => unreadable.push(row),
            }
        }
        self.tell_of(unreadable);
        // Only a bug ends a lane early: then a new one replaces it.
        self.kept.retain(|id, kept| readable.get(id) == Some(&kept.account) && !kept.task.is_finished());
        for (id, account) in readable {
            self.kept.entry(id).or_insert_with(|| {
                let (stop, stopped) = watch::channel(());
                let task = self.lanes.spawn(Lane::new(forwarding.clone(), account.clone()).run(stopped));
                Kept { account, task, _stop: stop }
            });
        }
        while let Some(ended) = self.lanes.try_join_next() {
            tell_of_fault(ended);
        }
    }

    fn tell_of(&mut self, unreadable: Vec<CorruptRow>) {
        for row in &unreadable {
            if !self.unreadable.contains(row) {
                tracing::error!(error = %ErrorChain(row), "an upstream account cannot be read; no customer is sent to it");
            }
        }
        self.unreadable = unreadable;
    }

    async fn end(mut self) {
        self.kept.clear();
        while let Some(ended) = self.lanes.join_next().await {
            tell_of_fault(ended);
        }
    }
}

fn tell_of_fault(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(error = %ErrorChain(&error), "forwarding to an upstream account failed unexpectedly; it is restarted");
    }
}
