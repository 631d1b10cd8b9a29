//! Callers that change customers concurrently.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use tokio::task::JoinSet;

use super::caller::{Caller, SHARED};
use super::presence::Presence;
use crate::fixture::Client;

const CALLERS: usize = 8;

/// The callers of one organization.
pub(super) struct Callers {
    all: Vec<Caller>,
    /// The number of answered changes so far.
    pub(super) answered: Arc<AtomicUsize>,
}

impl Callers {
    pub(super) fn new(client: &Client, organization: &str, seed: u64, presence: &Presence) -> Self {
        let answered = Arc::default();
        let caller =
            |number| Caller::new(client, organization, seed.wrapping_add(number), presence, Arc::clone(&answered));
        Self { all: (0..CALLERS as u64).map(caller).collect(), answered }
    }

    /// Makes this many changes, by all callers together, and returns how long each took.
    pub(super) async fn make(&mut self, changes: usize) -> Vec<Duration> {
        let mut working = JoinSet::new();
        for mut caller in self.all.drain(..) {
            working.spawn(async move {
                let took = caller.make(changes / CALLERS).await;
                (caller, took)
            });
        }
        let (all, took): (_, Vec<_>) = working.join_all().await.into_iter().unzip();
        self.all = all;
        took.concat()
    }

    /// Passes on which customers have arrived upstream.
    pub(super) fn tell(&mut self, arrived: &BTreeSet<String>) {
        for caller in &mut self.all {
            caller.tell(arrived);
        }
    }

    /// The expected number of customers.
    pub(super) fn customers(&self) -> usize {
        SHARED + self.all.iter().map(Caller::customers).sum::<usize>()
    }
}
