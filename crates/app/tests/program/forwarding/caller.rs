//! A caller, which gets an answer whatever happens to the server.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fastrand::Rng;
use reqwest::Method;
use serde_json::{Value, json};

use super::presence::Presence;
use super::values;
use crate::common::bodies;
use crate::fixture::{Answer, Client};

/// The number of customers that all callers change.
pub(super) const SHARED: usize = 20;
/// The number of its latest customers that it changes again and again.
const LATEST: usize = 3;

/// A caller that makes changes one after the other.
pub(super) struct Caller {
    client: Client,
    organization: String,
    /// Unique among the callers.
    name: String,
    chance: Rng,
    presence: Presence,
    answered: Arc<AtomicUsize>,
    made: usize,
    /// Its customers that have arrived upstream. Only these may be erased, or change the values that identify them and
    /// that a creation requires: others would become dead letters then.
    arrived: Vec<String>,
    /// Its other customers.
    fresh: Vec<String>,
}

impl Caller {
    pub(super) fn new(
        client: &Client,
        organization: &str,
        seed: u64,
        presence: &Presence,
        answered: Arc<AtomicUsize>,
    ) -> Self {
        Self {
            client: client.clone(),
            organization: organization.to_owned(),
            name: format!("caller-{seed:x}"),
            chance: Rng::with_seed(seed),
            presence: presence.clone(),
            answered,
            made: 0,
            arrived: Vec::new(),
            fresh: Vec::new(),
        }
    }

    /// Records which customers have arrived upstream.
    pub(super) fn tell(&mut self, arrived: &BTreeSet<String>) {
        self.arrived.extend(self.fresh.extract_if(.., |id| arrived.contains(id)));
    }

    /// The expected number of its customers.
    pub(super) fn customers(&self) -> usize {
        self.arrived.len() + self.fresh.len()
    }

    pub(super) async fn make(&mut self, changes: usize) -> Vec<Duration> {
        let mut took = Vec::new();
        for _ in 0..changes {
            let began = Instant::now();
            self.change().await;
            took.push(began.elapsed());
            self.answered.fetch_add(1, Ordering::SeqCst);
        }
        took
    }

    async fn change(&mut self) {
        self.made += 1;
        match self.chance.u8(0..100) {
            0..15 => self.create().await,
            15..30 => self.upsert().await,
            30..35 if !self.arrived.is_empty() => self.erase().await,
            35..45 => self.lock().await,
            _ => self.edit().await,
        }
    }

    /// A text that no other caller writes.
    fn mark(&self) -> String {
        format!("{}-{}", self.name, self.made)
    }

    async fn create(&mut self) {
        let mark = self.mark();
        let members = values::newcomer(&mut self.chance, &mark);
        let body = bodies::with(&self.organization, members);
        let answer = self.answer(|| self.client.try_post_once("/v3/customers", &mark, &body)).await;
        self.fresh.push(answer.ok()["id"].as_str().unwrap().to_owned());
    }

    async fn upsert(&mut self) {
        let email = format!("shared-{}@example.org", self.chance.usize(0..SHARED));
        let members = json!({"email": email, "extProp1": self.mark()});
        let body = bodies::with(&self.organization, members);
        self.answer(|| self.client.try_post("/v3/customers?deduplicate=email", &body)).await.ok();
    }

    async fn lock(&mut self) {
        let lock = self.chance.bool();
        match self.pick() {
            Some((id, _)) => self.put(&id, &json!({"lock": lock})).await,
            None => self.create().await,
        }
    }

    async fn edit(&mut self) {
        let mark = self.mark();
        match self.pick() {
            Some((id, arrived)) => {
                let changes = values::changes(&mut self.chance, &mark, arrived);
                self.put(&id, &changes).await;
            }
            None => self.create().await,
        }
    }

    async fn put(&self, id: &str, changes: &Value) {
        let path = format!("/v3/customers/{id}");
        let put = || self.client.try_send(self.client.request(Method::PUT, &path).json(changes));
        self.answer(put).await.ok();
    }

    /// One of its latest customers, or any, and whether it has arrived.
    fn pick(&mut self) -> Option<(String, bool)> {
        let (arrived, count) = (self.arrived.len(), self.arrived.len() + self.fresh.len());
        let first = if self.chance.bool() { count.saturating_sub(LATEST) } else { 0 };
        let place = (first < count).then(|| self.chance.usize(first..count))?;
        let id = if place < arrived { &self.arrived[place] } else { &self.fresh[place - arrived] };
        Some((id.clone(), place < arrived))
    }

    async fn erase(&mut self) {
        let id = self.arrived.swap_remove(self.chance.usize(0..self.arrived.len()));
        let path = format!("/v3/customers/{id}");
        let turns = self.presence.now();
        let answer = self.answer(|| self.client.try_send(self.client.request(Method::DELETE, &path))).await;
        // A repeated erasure may find no customer.
        if answer.status != 404 || self.presence.lasts_since(turns) {
            answer.ok();
        }
    }

    /// Repeats a request until it is answered. It may go unanswered only if the server went away meanwhile.
    async fn answer<F: Future<Output = Result<Answer, reqwest::Error>>>(&self, ask: impl Fn() -> F) -> Answer {
        loop {
            let turns = self.presence.now();
            match ask().await {
                Ok(answer) => return answer,
                Err(error) => assert!(!self.presence.lasts_since(turns), "{error}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
