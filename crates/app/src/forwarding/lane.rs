//! The customers of one account.

use std::sync::Arc;
use std::time::Duration;

use domain::Timestamp;
use domain::forwarding::{Account, Fault, Outcome, Parcel, Settlement, send};
use domain::ports::ErrorChain;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::rest::Rest;
use super::{Forwarding, INTERVAL, LEASE};

type Sent = (Settlement, Option<Fault>);

/// Claims no more customers than can be sent at once, so that no lease runs while its customer waits, and writes each
/// result as soon as it arrives.
pub(super) struct Lane {
    forwarding: Forwarding,
    account: Arc<Account>,
    on_the_way: JoinSet<Sent>,
    /// Results that are not written yet.
    answered: Vec<Settlement>,
    rest: Rest,
    next_look: Instant,
    next_write: Instant,
}

impl Lane {
    pub(super) fn new(forwarding: Forwarding, account: Account) -> Self {
        Self {
            forwarding,
            account: Arc::new(account),
            on_the_way: JoinSet::new(),
            answered: Vec::new(),
            rest: Rest::none(),
            next_look: Instant::now(),
            next_write: Instant::now(),
        }
    }

    /// Sends customers whenever some are due, until it is stopped; then it waits for the deliveries in progress, as
    /// long as their leases last.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<()>) {
        let mut end = None;
        loop {
            self.write().await;
            match end {
                None => self.take().await,
                Some(end) if self.is_empty() || Instant::now() >= end => return,
                Some(_) => {}
            }
            let next = self.next(end.is_some());
            tokio::select! {
                _ = stop.changed(), if end.is_none() => end = Some(Instant::now() + LEASE),
                Some(sent) = self.on_the_way.join_next() => self.note_all(sent),
                () = sleep_until(next) => {}
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.on_the_way.is_empty() && self.answered.is_empty()
    }

    /// When the lane has work to do even if no answer arrives.
    fn next(&self, ends: bool) -> Instant {
        if !self.answered.is_empty() {
            self.next_write
        } else if !ends && self.free() > 0 {
            self.next_look.max(self.rest.until())
        } else {
            Instant::now() + LEASE
        }
    }

    /// How many more customers may be sent. None while results cannot be written.
    fn free(&self) -> u16 {
        let busy = u16::try_from(self.on_the_way.len()).unwrap_or(u16::MAX);
        if self.answered.is_empty() { self.rest.at_once().saturating_sub(busy) } else { 0 }
    }

    /// Claims the customers that are due, and sends them.
    async fn take(&mut self) {
        let free = self.free();
        if free == 0 || Instant::now() < self.next_look.max(self.rest.until()) {
            return;
        }
        let now = self.forwarding.clock.now();
        match self.forwarding.store.take(&self.account, now, after(now, LEASE), free).await {
            Ok(parcels) => {
                if parcels.len() < usize::from(free) {
                    self.next_look = Instant::now() + INTERVAL;
                }
                for parcel in parcels {
                    self.on_the_way.spawn(carry(self.forwarding.clone(), self.account.clone(), parcel));
                }
            }
            Err(error) => {
                let organization = self.account.organization_id;
                tracing::warn!(%organization, error = %ErrorChain(&error), "the outbox cannot be read");
                self.next_look = Instant::now() + INTERVAL;
            }
        }
    }

    /// Writes the results; retries later if that fails.
    async fn write(&mut self) {
        if self.answered.is_empty() || Instant::now() < self.next_write {
            return;
        }
        let organization = self.account.organization_id;
        match self.forwarding.store.settle(organization, &self.answered).await {
            Ok(()) => self.answered.clear(),
            Err(error) => {
                tracing::warn!(
                    %organization,
                    error = %ErrorChain(&error),
                    "the results of deliveries cannot be written"
                );
                self.next_write = Instant::now() + INTERVAL;
            }
        }
    }

    /// Records one answer, and all others that have arrived.
    fn note_all(&mut self, sent: Result<Sent, JoinError>) {
        self.note(sent);
        while let Some(sent) = self.on_the_way.try_join_next() {
            self.note(sent);
        }
    }

    fn note(&mut self, sent: Result<Sent, JoinError>) {
        let organization = self.account.organization_id;
        match sent {
            Ok((settlement, fault)) => {
                self.forwarding.metrics.sent(organization, fault.as_ref());
                self.answered.push(settlement);
                match fault {
                    Some(fault @ Fault::Away { .. }) => self.leave_alone(&fault),
                    _ => self.rest.answered(),
                }
            }
            Err(error) => {
                tracing::error!(%organization, error = %ErrorChain(&error), "a delivery failed unexpectedly; the customer is sent again");
            }
        }
    }

    fn leave_alone(&mut self, fault: &Fault) {
        let asked = if let Fault::Away { retry_after, .. } = fault { *retry_after } else { None };
        if let Some(pause) = self.rest.failed(asked) {
            let (organization, seconds) = (self.account.organization_id, pause.as_secs());
            tracing::warn!(%organization, %fault, seconds, "an upstream account is unavailable; forwarding to it pauses");
        }
    }
}

async fn carry(forwarding: Forwarding, account: Arc<Account>, parcel: Parcel) -> Sent {
    let (outcome, fault) = send(forwarding.upstream.as_ref(), &account, &parcel, forwarding.clock.as_ref()).await;
    if let (Outcome::GiveUp { .. }, Some(fault)) = (&outcome, &fault) {
        let (organization, customer) = (account.organization_id, parcel.waiting.customer_id);
        tracing::warn!(%organization, %customer, %fault, "a customer became a dead letter");
    }
    (Settlement::of(&parcel, outcome), fault)
}

fn after(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
