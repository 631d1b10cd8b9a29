//! The circuit breaker of an account.

use std::time::Duration;

use domain::forwarding::pause;
use tokio::time::Instant;

use super::AT_ONCE;

/// A single failure may be caused by the customer or the connection: after it, customers are sent one by one. From the
/// second consecutive failure on, nothing is sent for a pause, which doubles each time.
pub(super) struct Rest {
    /// Consecutive failures, except those of customers that were already being sent.
    failures: u32,
    until: Instant,
}

impl Rest {
    pub(super) fn none() -> Self {
        Self { failures: 0, until: Instant::now() }
    }

    /// When the next customer may be sent.
    pub(super) const fn until(&self) -> Instant {
        self.until
    }

    /// How many deliveries may be in progress.
    pub(super) const fn at_once(&self) -> u16 {
        if self.failures == 0 { AT_ONCE } else { 1 }
    }

    /// Records an answer of the account.
    pub(super) const fn answered(&mut self) {
        self.failures = 0;
    }

    /// Records a failure of the account. Returns the new pause, if there is one.
    pub(super) fn failed(&mut self, retry_after: Option<Duration>) -> Option<Duration> {
        let now = Instant::now();
        let rests = now < self.until;
        if !rests {
            self.failures = self.failures.saturating_add(1);
        }
        if retry_after.is_none() && (rests || self.failures == 1) {
            return None;
        }
        let pause = pause(self.failures.saturating_sub(1), retry_after);
        if now + pause <= self.until {
            return None;
        }
        self.until = now + pause;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[tokio::test(start_paused = true)]
    async fn rests_grow_from_the_second_failure_on() {
        let mut rest = Rest::none();
        assert_eq!((rest.failed(None), rest.at_once()), (None, 1));
        for pause in [1, 2, 4, 8] {
            assert_eq!(rest.failed(None), Some(seconds(pause)));
            assert_eq!(rest.failed(None), None, "it was on the way");
            assert_eq!(rest.until(), Instant::now() + seconds(pause));
            tokio::time::sleep_until(rest.until()).await;
        }
        rest.answered();
        assert_eq!((rest.failed(None), rest.at_once()), (None, 1));
        rest.answered();
        assert_eq!(rest.at_once(), AT_ONCE);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_asked_for_is_kept() {
        let mut rest = Rest::none();
        assert_eq!(rest.failed(Some(seconds(20))), Some(seconds(20)));
        assert_eq!(rest.failed(Some(seconds(10))), None);
        assert_eq!(rest.failed(Some(seconds(30))), Some(seconds(30)));
        rest.answered();
        assert_eq!(rest.until(), Instant::now() + seconds(30));
    }
}
