//! Random moments that can be reproduced.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::Value;

use crate::fixture::PATIENCE;

/// A moment of an import.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// At any time after the start.
    Begun,
    /// At any time after the next checkpoint: most likely while rows are being sent.
    Settled,
    /// As soon as the next checkpoint is being written.
    Saving,
}

impl Moment {
    /// Waits for it. `false` if the import ended before.
    pub(super) fn wait(self, random: &mut Rng, state: &Path, importing: &mut Child) -> bool {
        let (before, began) = (settled(state), Instant::now());
        match self {
            Self::Begun => {
                let pause = pause(random, 200);
                until(importing, || began.elapsed() >= pause);
            }
            Self::Settled => {
                until(importing, || settled(state) > before);
                let (seen, pause) = (Instant::now(), pause(random, 20));
                until(importing, || seen.elapsed() >= pause);
            }
            Self::Saving => until(importing, || new(state).exists() || settled(state) > before),
        }
        importing.try_wait().unwrap().is_none()
    }
}

/// A pause in microseconds, shorter than this many milliseconds.
fn pause(random: &mut Rng, millis: u64) -> Duration {
    Duration::from_micros(random.u64(..millis * 1_000))
}

/// The name of the next checkpoint until it is complete.
fn new(state: &Path) -> PathBuf {
    let mut name = state.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// The number of settled rows in the last checkpoint.
fn settled(state: &Path) -> u64 {
    let tally = std::fs::read(state).ok().map(|text| serde_json::from_slice::<Value>(&text).unwrap()["tally"].clone());
    let tally = tally.as_ref().and_then(Value::as_object);
    tally.map_or(0, |tally| tally.values().filter_map(Value::as_u64).sum())
}

/// Polls without pauses until the condition holds or the import has ended.
fn until(importing: &mut Child, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() && importing.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < PATIENCE, "the import does not go on");
        std::thread::yield_now();
    }
}
