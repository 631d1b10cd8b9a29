//! Sends customers on to the accounts that organizations have elsewhere.
//!
//! Each account has a task of its own, so that one which is away holds no other back. Callers never wait for any of it: who
//! has to be sent stands in the store, which these tasks ask by connections of their own. Several instances on one database
//! share the work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use domain::forwarding::{Account, Fault, Outcome, Parcel, Settlement, pause, send};
use domain::ports::{Clock, ForwardingStore, StoreError, Upstream};
use domain::value::OrganizationId;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::MissedTickBehavior;

/// How often accounts are looked for, and those who are due where there was nobody.
const INTERVAL: Duration = Duration::from_secs(1);
/// Customers that are taken at a time.
const TAKEN: u16 = 64;
/// Customers that are on their way to one account at once.
const AT_ONCE: usize = 8;
/// For how long they are nobody else's: longer than all of them can take, eight after eight, when none is answered for as long
/// as the port allows.
const LEASE: Duration = Duration::from_secs(10 * 60);

/// What sends customers on.
#[derive(Clone)]
pub(crate) struct Forwarding {
    pub(crate) store: Arc<dyn ForwardingStore>,
    pub(crate) upstream: Arc<dyn Upstream>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What became of those who were taken.
#[derive(Debug)]
enum Round {
    /// Nobody was due.
    Idle,
    /// They were sent.
    Sent,
    /// The upstream would take nobody at the moment.
    Away(Fault),
}

impl Forwarding {
    /// Goes on until it is aborted. Who is on the way then is sent again.
    pub(crate) async fn run(self) {
        let mut accounts: HashMap<OrganizationId, (Account, AbortHandle)> = HashMap::new();
        let mut tasks = JoinSet::new();
        let mut ticks = tokio::time::interval(INTERVAL);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let found = match self.store.accounts().await {
                Ok(found) => found,
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "accounts elsewhere cannot be read");
                    continue;
                }
            };
            accounts.retain(|_, (account, task)| {
                if !found.contains(account) {
                    task.abort();
                }
                // Only a fault of ours ends one that was not aborted: then another one takes its place.
                found.contains(account) && !task.is_finished()
            });
            for account in found {
                let forwarding = self.clone();
                accounts.entry(account.organization_id).or_insert_with(|| {
                    let task = tasks.spawn({
                        let account = account.clone();
                        async move { forwarding.keep_in_step(account).await }
                    });
                    (account, task)
                });
            }
            // Those that were aborted.
            while tasks.try_join_next().is_some() {}
        }
    }

    /// Sends an account's customers whenever some are due.
    async fn keep_in_step(&self, account: Account) {
        let account = Arc::new(account);
        let mut away = 0;
        loop {
            let rest = match self.round(&account).await {
                Ok(Round::Sent) => {
                    away = 0;
                    continue;
                }
                Ok(Round::Idle) => INTERVAL,
                Ok(Round::Away(fault)) => {
                    away += 1;
                    let asked = if let Fault::Away { retry_after, .. } = fault { retry_after } else { None };
                    let rest = pause(away, asked);
                    let (organization, seconds) = (account.organization_id, rest.as_secs());
                    tracing::warn!(%organization, %fault, seconds, "an account elsewhere is left alone for a while");
                    rest
                }
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "who is to be sent cannot be read");
                    INTERVAL
                }
            };
            tokio::time::sleep(rest).await;
        }
    }

    /// Takes those who are due, sends them, and writes what became of them.
    async fn round(&self, account: &Arc<Account>) -> Result<Round, StoreError> {
        let now = self.clock.now();
        let until = after(now, LEASE);
        let mut parcels = self.store.take(account.organization_id, now, until, TAKEN).await?.into_iter();
        let (mut on_the_way, mut settled, mut away) = (JoinSet::new(), Vec::new(), None);
        loop {
            while away.is_none()
                && on_the_way.len() < AT_ONCE
                && let Some(parcel) = parcels.next()
            {
                let (forwarding, account) = (self.clone(), account.clone());
                on_the_way.spawn(async move { forwarding.send(&account, &parcel).await });
            }
            let Some(sent) = on_the_way.join_next().await else { break };
            // Who is lost on the way is sent again.
            let Ok((settlement, fault)) = sent else { continue };
            settled.push(settlement);
            away = away.or(fault.filter(|fault| matches!(fault, Fault::Away { .. })));
        }
        // Whoever was not sent is due as before.
        settled.extend(parcels.map(|parcel| later(&parcel, now)));
        if settled.is_empty() {
            return Ok(Round::Idle);
        }
        self.store.settle(account.organization_id, settled).await?;
        Ok(away.map_or(Round::Sent, Round::Away))
    }

    async fn send(&self, account: &Account, parcel: &Parcel) -> (Settlement, Option<Fault>) {
        let (outcome, fault) = send(self.upstream.as_ref(), account, parcel, self.clock.as_ref()).await;
        if let (Outcome::GiveUp { .. }, Some(fault)) = (&outcome, &fault) {
            let (organization, customer) = (account.organization_id, parcel.waiting.customer_id);
            tracing::warn!(%organization, %customer, %fault, "a customer is not sent any more");
        }
        (settlement(parcel, outcome), fault)
    }
}

fn later(parcel: &Parcel, at: Timestamp) -> Settlement {
    settlement(parcel, Outcome::Later { at, attempt: parcel.waiting.attempt.clone() })
}

fn settlement(parcel: &Parcel, outcome: Outcome) -> Settlement {
    Settlement { customer_id: parcel.waiting.customer_id, change: parcel.waiting.change, outcome }
}

fn after(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
