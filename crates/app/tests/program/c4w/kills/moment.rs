//! Moments that are chosen at random, and can be had again.

use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::Value;

use crate::fixture::PATIENCE;

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

impl Moment {
    /// Waits for it. `false`: the import was over before.
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

/// In microseconds, less than so many milliseconds.
fn pause(random: &mut Rng, millis: u64) -> Duration {
    Duration::from_micros(random.u64(..millis * 1_000))
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
