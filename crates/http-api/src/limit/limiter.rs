//! One rate limit, counted per key.

use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::{StateInformationMiddleware, StateSnapshot};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::rates::Rate;
use crate::ApiError;
use crate::edge::envelope;

/// Counts that are kept before any is checked for removal.
const ROOM: usize = 1024;

/// Counts the uses of each key. Only keys whose recent uses still count are in memory.
pub(crate) struct Limiter<K: Hash + Eq + Clone> {
    rate: Rate,
    counts: RateLimiter<K, HashMapStateStore<K>, MonotonicClock, StateInformationMiddleware>,
    clock: MonotonicClock,
    /// The number of counts at which those that are full again are removed next.
    crowded: AtomicUsize,
}

/// The remainder of a limit, for the headers of a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Left {
    rate: Rate,
    /// How many uses are left now.
    times: u32,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        // At least the resolution of the clock.
        let period = (rate.within / rate.times.get()).max(Duration::from_nanos(1));
        let quota = Quota::with_period(period).unwrap_or_else(|| Quota::per_second(rate.times));
        let clock = MonotonicClock;
        let counts = RateLimiter::new(quota.allow_burst(rate.times), HashMapStateStore::default(), clock.clone());
        Self { rate, counts, clock, crowded: AtomicUsize::new(ROOM) }
    }

    /// Counts one use, and notes for the response how many are left.
    pub(crate) fn count(&self, key: &K) -> Result<(), ApiError> {
        let counted = self.counts.check_key(key);
        self.forget();
        let times = counted.as_ref().map_or(0, StateSnapshot::remaining_burst_capacity);
        envelope::note_left(Left { rate: self.rate, times });
        counted.map(|_| ()).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            ApiError::RateLimited { retry_after: wait.as_secs().saturating_add(1) }
        })
    }

    /// Removes keys without recent uses, once there are twice as many as remained the last time. So the number of
    /// recent keys bounds the memory, and each pays little for the search.
    fn forget(&self) {
        if self.counts.len() >= self.crowded.load(Ordering::Relaxed) {
            self.counts.retain_recent();
            self.counts.shrink_to_fit();
            self.crowded.store((2 * self.counts.len()).max(ROOM), Ordering::Relaxed);
        }
    }
}

impl Left {
    pub(super) const fn new(rate: Rate, times: u32) -> Self {
        Self { rate, times }
    }

    /// A member of the header `RateLimit-Policy`.
    pub(crate) fn policy(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let Rate { name, times, within } = self.rate;
        write!(f, "\"{name}\";q={times};w={}", within.as_secs())
    }

    /// A member of the header `RateLimit`, with the seconds until the limit is full again.
    pub(crate) fn state(&self, f: &mut impl fmt::Write) -> fmt::Result {
        let Rate { name, times, within } = self.rate;
        let used = u64::from(times.get() - self.times.min(times.get()));
        let reset = (used * within.as_secs()).div_ceil(times.get().into());
        write!(f, "\"{name}\";r={};t={reset}", self.times)
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    fn rate(times: u32, within: Duration) -> Rate {
        Rate { name: "test", times: NonZeroU32::new(times).unwrap(), within }
    }

    #[test]
    fn each_is_counted_apart() {
        let limiter = Limiter::new(rate(3, Duration::from_secs(600)));
        assert!((0..3).all(|_| limiter.count(&1).is_ok()));
        assert!(matches!(limiter.count(&1), Err(ApiError::RateLimited { retry_after: 200 | 201 })));
        assert!(limiter.count(&2).is_ok());
    }

    #[test]
    fn who_has_done_nothing_lately_is_forgotten() {
        let limiter = Limiter::new(rate(1_000_000, Duration::from_secs(1)));
        for key in 0..20 * ROOM {
            assert!(limiter.count(&key).is_ok());
        }
        assert!(limiter.counts.len() < 10 * ROOM, "{}", limiter.counts.len());
    }

    #[test]
    fn what_is_left_is_told_with_its_policy() {
        let left = Left { rate: rate(100, Duration::from_secs(600)), times: 98 };
        let (mut policy, mut state) = (String::new(), String::new());
        left.policy(&mut policy).unwrap();
        left.state(&mut state).unwrap();
        assert_eq!((policy.as_str(), state.as_str()), ("\"test\";q=100;w=600", "\"test\";r=98;t=12"));
    }
}
