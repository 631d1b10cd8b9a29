//! Thousands of changes while the upstream fails in every possible way, and the server is killed in between: no change
//! is lost, no customer is created twice, and no caller is affected.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use super::both::{assert_same, everybody};
use super::callers::Callers;
use super::presence::Presence;
use super::proxy::Proxy;
use super::way::WORDS;
use super::{Pair, start_at};
use crate::fixture::{Home, Keys, PATIENCE, Server, change, digits, rows, seed};

/// The variable with the seed of faults and changes.
const SEED: &str = "GUESTBOOK_FORWARDING_SEED";

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_changes_arrive_whatever_happens() {
    let seed = seed(SEED);
    println!("{SEED}={seed}");
    thousands_of_changes_arrive(Pair::new(), seed).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_changes_arrive_whatever_happens_from_the_embedded_database() {
    let seed = seed(SEED);
    println!("{SEED}={seed}");
    thousands_of_changes_arrive(Pair::of(Home::new()), seed).await;
}

async fn thousands_of_changes_arrive(pair: Pair, seed: u64) {
    let mut course = Course::begin(pair, seed).await;
    course.proxy.stall(2);
    course.callers.make(1200).await;
    course.kill_amid(1600).await;
    course.hold_during(800).await;
    course.leave_during(1600).await;
    course.all_sent().await;
    course.end().await;
}

/// Two registries, the proxy between them, and the callers that change customers.
struct Course {
    pair: Pair,
    near: Server,
    far: Server,
    proxy: Proxy,
    presence: Presence,
    callers: Callers,
    /// The callers of an organization without an account.
    others: Callers,
}

impl Course {
    async fn begin(pair: Pair, seed: u64) -> Self {
        pair.home.secrets.add(WORDS);
        let far = pair.far_home.start();
        let proxy = Proxy::start(far.address(), seed).await;
        pair.configure(&proxy.url, &[]);
        let other = pair.home.register();
        let near = pair.home.start();
        let presence = Presence::default();
        let callers = async |keys: &Keys| Callers::new(&near.login(keys).await, &keys.organization, seed, &presence);
        let (callers, others) = (callers(&pair.keys).await, callers(&other).await);
        Self { pair, near, far, proxy, presence, callers, others }
    }

    /// Kills the server during deliveries, and starts it again.
    async fn kill_amid(&mut self, changes: usize) {
        self.tell_callers().await;
        let Self { pair, near, presence, callers, .. } = self;
        let answered = callers.answered.clone();
        let kill = async {
            reach(&answered, answered.load(Ordering::SeqCst) + changes / 2).await;
            presence.turn();
            near.kill();
            // The dead server still has their leases. This test does not wait for these to expire.
            change(&pair.home, "UPDATE forwarding SET due_at = waiting_since WHERE taken").await;
            let address = near.address().to_owned();
            *near = start_at(&pair.home, &address);
            presence.turn();
        };
        tokio::join!(callers.make(changes), kill);
    }

    /// The upstream accepts requests and answers none. Callers get all their answers meanwhile, as fast as those of an
    /// organization without an account.
    async fn hold_during(&mut self, changes: usize) {
        self.proxy.hold(true);
        self.callers.make(8).await;
        wait(PATIENCE, async || self.proxy.held() > 0).await;
        let passed = self.proxy.passed();
        let (took, others_took) = tokio::join!(self.callers.make(changes), self.others.make(changes));
        assert!(self.proxy.held() > 0 && self.proxy.passed() == passed);
        self.proxy.hold(false);
        let ([half, most], [others_half, others_most]) = (quantiles(took), quantiles(others_took));
        assert!(half < others_half * 2 + Duration::from_millis(20), "{half:?}, {others_half:?}");
        assert!(most < others_most * 3 + Duration::from_millis(100), "{most:?}, {others_most:?}");
    }

    async fn leave_during(&mut self, changes: usize) {
        self.proxy.leave().await;
        self.tell_callers().await;
        self.callers.make(changes).await;
        self.proxy.come_back().await;
    }

    async fn tell_callers(&mut self) {
        let id = digits(&self.pair.home, "customer_id");
        let arrived = format!("SELECT {id} FROM forwarding WHERE remote_id IS NOT NULL");
        self.callers.tell(&rows(&self.pair.home, &arrived).await.into_iter().flatten().collect());
    }

    /// Waits until no customer is queued, despite further faults.
    async fn all_sent(&self) {
        let waiting = "SELECT count(*) || '' FROM forwarding WHERE waiting_since IS NOT NULL";
        wait(PATIENCE * 5, async || rows(&self.pair.home, waiting).await == [["0"]]).await;
    }

    async fn end(self) {
        let Self { pair, near, far, proxy, callers, .. } = self;
        near.stop();
        far.stop();
        let standing = pair.status(&[]).remove(0);
        assert_eq!((&standing["waiting"], &standing["dead"]), (&json!(0), &json!(0)), "{standing}");
        let here = everybody(&pair.home, &pair.keys.organization).await;
        let there = everybody(&pair.far_home, &pair.far_keys.organization).await;
        assert_same(&here, &there);
        assert_eq!(here.len(), callers.customers());
        assert_eq!(proxy.missing(), Vec::new());
    }
}

/// Waits until this many changes were answered.
async fn reach(answered: &AtomicUsize, enough: usize) {
    wait(PATIENCE, async || answered.load(Ordering::SeqCst) >= enough).await;
}

async fn wait(longest: Duration, there: impl AsyncFn() -> bool) {
    let began = Instant::now();
    while !there().await {
        assert!(began.elapsed() < longest, "it takes too long");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The median, and a high percentile.
fn quantiles(mut took: Vec<Duration>) -> [Duration; 2] {
    took.sort_unstable();
    [took[took.len() / 2], took[took.len() * 95 / 100]]
}
