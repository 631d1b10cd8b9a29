//! An allowance per key, part of which can be returned.
//!
//! Whether a request finds, misses or creates a customer is known only afterwards, and counting it only then would let
//! any number of concurrent requests exceed the limit. So the most that a request may need is taken before, and what it
//! did not use is returned.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Left;
use super::rates::Rate;

/// Entries that are kept before any is checked for removal.
const ROOM: usize = 1024;

/// The allowance of each key. Only keys that have used some and not yet regained it are in memory.
pub(super) struct Allowance<K> {
    rate: Rate,
    /// The time in which one use is regained.
    period: Duration,
    /// The time at which all of a key's uses are regained.
    used: Mutex<Used<K>>,
}

struct Used<K> {
    until: HashMap<K, Instant>,
    /// The number of entries at which those that are full again are removed next.
    crowded: usize,
}

impl<K: Hash + Eq> Allowance<K> {
    pub(super) fn new(rate: Rate) -> Self {
        // At least the resolution of the clock.
        let period = (rate.within / rate.times.get()).max(Duration::from_nanos(1));
        Self { rate, period, used: Mutex::new(Used { until: HashMap::new(), crowded: ROOM }) }
    }

    /// Takes this many uses, or returns how long to wait for them. A number above the whole allowance counts as the
    /// whole.
    pub(super) fn take(&self, key: K, times: u32, now: Instant) -> Result<Left, Duration> {
        let cost = self.cost(times);
        let mut used = self.used();
        let before = used.until.get(&key).copied().filter(|until| *until > now).unwrap_or(now);
        let until = before + cost;
        let whole = self.period * self.rate.times.get();
        let over = until.duration_since(now).saturating_sub(whole);
        if !over.is_zero() {
            return Err(over);
        }
        used.until.insert(key, until);
        used.forget(now);
        Ok(self.left(until.duration_since(now)))
    }

    /// Returns uses that were taken and not needed.
    pub(super) fn give_back(&self, key: &K, times: u32) {
        let cost = self.cost(times);
        if let Some(until) = self.used().until.get_mut(key) {
            *until = until.checked_sub(cost).unwrap_or(*until);
        }
    }

    /// The state of a limit with nothing left.
    pub(super) const fn nothing_left(&self) -> Left {
        Left::new(self.rate, 0)
    }

    fn cost(&self, times: u32) -> Duration {
        self.period * times.min(self.rate.times.get())
    }

    fn left(&self, used: Duration) -> Left {
        let used = used.as_nanos().div_ceil(self.period.as_nanos());
        let used = u32::try_from(used).unwrap_or(u32::MAX);
        Left::new(self.rate, self.rate.times.get().saturating_sub(used))
    }

    fn used(&self) -> MutexGuard<'_, Used<K>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Hash + Eq> Used<K> {
    /// Removes the entries that are full again, once there are twice as many as remained the last time.
    fn forget(&mut self, now: Instant) {
        if self.until.len() >= self.crowded {
            self.until.retain(|_, until| *until > now);
            self.until.shrink_to_fit();
            self.crowded = (2 * self.until.len()).max(ROOM);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn allowance<K: Hash + Eq>(times: u32) -> Allowance<K> {
        Allowance::new(Rate { name: "test", times: NonZeroU32::new(times).unwrap(), within: HOUR })
    }

    #[test]
    fn what_is_used_comes_back_evenly_and_what_is_given_back_at_once() {
        let (allowance, now) = (allowance(3600), Instant::now());
        assert!(allowance.take(1, 3600, now).is_ok());
        assert_eq!(allowance.take(1, 1, now), Err(Duration::from_secs(1)));
        assert_eq!(allowance.take(1, 10, now + Duration::from_secs(4)), Err(Duration::from_secs(6)));
        assert!(allowance.take(1, 4, now + Duration::from_secs(4)).is_ok());
        assert!(allowance.take(2, 1, now).is_ok(), "another has its own");
        allowance.give_back(&1, 3);
        let later = now + Duration::from_secs(4);
        assert!((0..3).all(|_| allowance.take(1, 1, later).is_ok()));
        assert_eq!(allowance.take(1, 1, later), Err(Duration::from_secs(1)));
    }

    #[test]
    fn what_is_given_back_is_no_more_than_there_was() {
        let (allowance, now) = (allowance(2), Instant::now());
        assert!(allowance.take(1, 1, now).is_ok());
        allowance.give_back(&1, 1);
        allowance.give_back(&1, 1);
        assert!(allowance.take(1, 2, now).is_ok());
        assert!(allowance.take(1, 1, now).is_err());
    }

    #[test]
    fn more_than_there_ever_is_takes_all_of_it() {
        let (allowance, now) = (allowance(100), Instant::now());
        assert!(allowance.take(1, u32::MAX, now).is_ok());
        assert_eq!(allowance.take(1, u32::MAX, now), Err(HOUR));
    }

    #[test]
    fn who_has_everything_back_is_forgotten() {
        let (allowance, now) = (allowance(3600), Instant::now());
        for key in 0..20 * ROOM {
            let at = now + Duration::from_millis(key as u64);
            assert!(allowance.take(key, 1, at).is_ok());
        }
        assert!(allowance.used().until.len() < 4 * ROOM);
    }
}
