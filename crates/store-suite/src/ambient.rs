//! Time, ids and secrets for tests.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use domain::ports::{Clock, IdSource, SecretSource};
use jiff::Timestamp;

/// A clock that stands still unless told to advance.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Default for TestClock {
    /// Some morning in 2024, with milliseconds that are not zero.
    fn default() -> Self {
        Self(AtomicI64::new(1_717_228_800_123))
    }
}

impl TestClock {
    /// Lets so many milliseconds pass.
    pub fn advance(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// Ids that count up and never come twice, not even from two processes that test on one database: the high half is
/// random for each process, and all sources of a process share one counter.
#[derive(Debug, Clone, Copy, Default)]
pub struct TestIds;

static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(std::process::id()));
static COUNTER: AtomicU64 = AtomicU64::new(1);

impl IdSource for TestIds {
    fn next(&self) -> u128 {
        u128::from(*PROCESS) << 64 | u128::from(COUNTER.fetch_add(1, Ordering::Relaxed))
    }
}

/// The id with another first byte, so that a case can say how its ids sort.
pub const fn starting_with(first_byte: u8, id: u128) -> u128 {
    (id & (u128::MAX >> 8)) | (first_byte as u128) << 120
}

/// Secrets that look random, and differ as the ids do.
#[derive(Debug, Clone, Copy, Default)]
pub struct TestSecrets;

impl SecretSource for TestSecrets {
    fn fill(&self, bytes: &mut [u8]) {
        let hasher = std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default();
        for chunk in bytes.chunks_mut(8) {
            let word = hasher.hash_one(TestIds.next()).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
    }
}
