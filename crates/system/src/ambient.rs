//! Time, ids and randomness of the machine. Nothing else in the workspace may use them.

use domain::ports::{Clock, IdSource, SecretSource};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const NANOSECONDS_PER_MILLISECOND: i32 = 1_000_000;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the only clock, which others get as an argument")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        let finer = now.subsec_nanosecond() % NANOSECONDS_PER_MILLISECOND;
        now - SignedDuration::from_nanos(finer.into())
    }
}

/// Generates UUIDv7 from the machine's time and randomness. All instances share one counter, so ids ascend within the
/// process even when the clock steps back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Uuidv7Ids;

impl IdSource for Uuidv7Ids {
    #[expect(clippy::disallowed_methods, reason = "the only source of ids, which others get as an argument")]
    fn next(&self) -> u128 {
        Uuid::now_v7().as_u128()
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsSecrets;

impl SecretSource for OsSecrets {
    /// Ends the process if the operating system has no randomness: every later answer could be guessed, and a panic
    /// would end only one request.
    #[expect(clippy::disallowed_methods, reason = "the only source of secrets, which others get as an argument")]
    #[expect(clippy::print_stderr, reason = "the last words of the process must not depend on a log being set up")]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            eprintln!("the operating system gives no randomness, so no secret can be made: {error}");
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "compares with the machine's own time")]
    fn the_clock_tells_whole_milliseconds_of_now() {
        let (before, now, after) = (Timestamp::now(), SystemClock.now(), Timestamp::now());
        assert_eq!(now.subsec_nanosecond() % NANOSECONDS_PER_MILLISECOND, 0);
        assert!(before - SignedDuration::from_millis(1) < now && now <= after);
    }

    #[test]
    fn ids_are_version_7_and_ascend() {
        let ids: Vec<_> = (0..100_000).map(|_| Uuidv7Ids.next()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
        assert!(ids.iter().all(|id| Uuid::from_u128(*id).get_version_num() == 7));
    }

    #[test]
    fn ids_of_all_threads_ascend_together() {
        let threads: Vec<_> =
            (0..4).map(|_| std::thread::spawn(|| (0..10_000).map(|_| Uuidv7Ids.next()).collect::<Vec<_>>())).collect();
        let ids: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert!(ids.iter().all(|of_one| of_one.is_sorted_by(|a, b| a < b)));
        assert_eq!(ids.concat().into_iter().collect::<HashSet<_>>().len(), 40_000);
    }

    #[test]
    fn secrets_fill_every_byte_and_differ() {
        let draw = || {
            let mut bytes = [0; 64];
            OsSecrets.fill(&mut bytes);
            bytes
        };
        let (a, b) = (draw(), draw());
        assert_ne!(a, b);
        assert!(a.iter().chain(&b).collect::<HashSet<_>>().len() > 32);
    }
}
