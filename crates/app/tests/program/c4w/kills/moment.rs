//! Moments that are chosen at random, and can be had again.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::fixture::PATIENCE;

/// Numbers that look random.
pub(super) struct Random(pub(super) u64);

/// A moment of an import.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// Anywhen from its start on.
    Begun,
    /// Anywhen after the next checkpoint: most likely while rows are on their way.
    Settled,
    /// As soon as anything of the next checkpoint is seen.
    Saving,
}

impl Random {
    /// By the environment variable `GUESTBOOK_KILL_SEED`, or anyhow.
    pub(super) fn seeded() -> Self {
        let told = std::env::var("GUESTBOOK_KILL_SEED").ok().map(|seed| seed.parse().unwrap());
        Self(told.unwrap_or_else(|| RandomState::new().hash_one(0)))
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    /// In microseconds, at most so many milliseconds.
    fn pause(&mut self, millis: u64) -> Duration {
        Duration::from_micros(self.below(millis * 1_000))
    }
}

impl Moment {
    /// Waits for it. `false`: the import was over before.
    pub(super) fn wait(self, random: &mut Random, state: &Path, importing: &mut Child) -> bool {
        let (before, began) = (settled(state), Instant::now());
        match self {
            Self::Begun => {
                let pause = random.pause(200);
                until(importing, || began.elapsed() >= pause);
            }
            Self::Settled => {
                until(importing, || settled(state) > before);
                let (seen, pause) = (Instant::now(), random.pause(20));
                until(importing, || seen.elapsed() >= pause);
            }
            Self::Saving => until(importing, || new(state).exists() || settled(state) > before),
        }
        importing.try_wait().unwrap().is_none()
    }
}

/// What the next checkpoint is called until it is whole.
fn new(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Rows that are settled by the last checkpoint.
fn settled(state: &Path) -> u64 {
    let tally = std::fs::read(state).ok().map(|text| serde_json::from_slice::<Value>(&text).unwrap()["tally"].clone());
    let tally = tally.as_ref().and_then(Value::as_object);
    tally.map_or(0, |tally| tally.values().filter_map(Value::as_u64).sum())
}

/// Looks as often as it can, until it is so or the import is over.
fn until(importing: &mut Child, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() && importing.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < PATIENCE, "the import does not go on");
        std::thread::yield_now();
    }
}
