//! A client-side rate limit, so that a long run does not reach the server's.

use std::num::NonZeroU32;

use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::Pauses;

type Limiter = RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<<MonotonicClock as Clock>::Instant>>;

/// Permits this many requests a second.
pub(crate) struct Pace {
    limiter: Limiter,
    clock: MonotonicClock,
}

impl Pace {
    pub(crate) fn new(a_second: NonZeroU32) -> Self {
        let clock = MonotonicClock;
        Self { limiter: RateLimiter::direct_with_clock(Quota::per_second(a_second), clock.clone()), clock }
    }

    /// Waits until another request is permitted.
    pub(crate) async fn keep(&self, pauses: &dyn Pauses) {
        while let Err(not_until) = self.limiter.check() {
            let time = not_until.wait_time_from(self.clock.now());
            pauses.pause(time).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use async_trait::async_trait;

    use super::*;

    /// Returns at once, and records the requested pauses.
    #[derive(Default)]
    struct Noted(Mutex<Vec<Duration>>);

    #[async_trait]
    impl Pauses for Noted {
        async fn pause(&self, time: Duration) {
            self.0.lock().unwrap().push(time);
            tokio::task::yield_now().await;
        }

        fn chance(&self) -> f64 {
            0.0
        }
    }

    #[tokio::test]
    async fn those_beyond_the_rate_wait() {
        let (pace, pauses) = (Pace::new(NonZeroU32::new(100).unwrap()), Noted::default());
        for _ in 0..100 {
            pace.keep(&pauses).await;
        }
        let before = pauses.0.lock().unwrap().len();
        for _ in 0..2 {
            pace.keep(&pauses).await;
        }
        let noted = pauses.0.lock().unwrap();
        assert!(before == 0 || noted.len() > before, "{noted:?}");
        assert!(noted.iter().all(|time| *time <= Duration::from_millis(10)), "{noted:?}");
    }
}
