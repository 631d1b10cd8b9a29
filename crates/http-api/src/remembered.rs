//! A cache of the store's answers with a short time to live.

use std::hash::Hash;
use std::time::Duration;

use jiff::Timestamp;
use quick_cache::Equivalent;
use quick_cache::sync::Cache;

/// The time to live: a change by another instance is noticed after this time at the latest.
const BELIEVED: Duration = Duration::from_secs(2);

/// Cached answers by key, each with the time of the query.
pub(crate) struct Remembered<K, V>(Cache<K, (V, Timestamp)>);

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    /// A cache for this many answers.
    pub(crate) fn at_most(answers: usize) -> Self {
        Self(Cache::new(answers))
    }

    /// The cached answer, unless it has expired. After the clock was set back it counts as expired too: otherwise it
    /// would stay valid until the clock has caught up.
    pub(crate) fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q, now: Timestamp) -> Option<V> {
        let (answer, asked_at) = self.0.get(key)?;
        let fresh = asked_at <= now && now < asked_at.checked_add(BELIEVED).unwrap_or(now);
        fresh.then_some(answer)
    }

    /// Caches the answer to a query made at this time.
    pub(crate) fn insert(&self, key: K, answer: V, asked_at: Timestamp) {
        self.0.insert(key, (answer, asked_at));
    }

    /// Removes an answer that is no longer valid.
    pub(crate) fn remove<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) {
        self.0.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_believed_for_two_seconds_of_a_clock_that_goes_on() {
        const NOW: i64 = 1_711_620_930_000;
        let at = |millisecond| Timestamp::from_millisecond(millisecond).unwrap();
        let remembered = Remembered::at_most(10);
        remembered.insert("a", 1, at(NOW));
        let got = [-1, 0, 1999, 2000].map(|later| remembered.get("a", at(NOW + later)));
        assert_eq!(got, [None, Some(1), Some(1), None]);
        remembered.remove("a");
        assert_eq!(remembered.get("a", at(NOW)), None);
    }
}
