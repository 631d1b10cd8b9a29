//! A bound on wrong secrets.
//!
//! Only failures count, and a right secret always gets in: whoever knows a client key (the one of an app is in
//! everybody's hands) could otherwise lock its service out. A secret has 160 random bits, so the bound is there to make
//! guessing seen and slow, not to make it impossible.

use std::num::NonZeroU32;

use domain::value::ServiceId;
use governor::clock::{Clock, MonotonicClock};
use governor::middleware::NoOpMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use crate::ApiError;

/// Failures of one service that are answered at once.
const BURST: NonZeroU32 = NonZeroU32::new(100).expect("not zero");
/// Failures of one service that are answered in the long run, a second.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(1).expect("not zero");

/// Counts failed logins for each service. Attempts with keys that do not exist share one count, so that made-up keys
/// take no memory.
pub(crate) struct LoginLimit {
    limiter: RateLimiter<
        Option<ServiceId>,
        HashMapStateStore<Option<ServiceId>>,
        MonotonicClock,
        NoOpMiddleware<std::time::Instant>,
    >,
    clock: MonotonicClock,
}

impl LoginLimit {
    pub(crate) fn new() -> Self {
        let clock = MonotonicClock;
        let quota = Quota::per_second(PER_SECOND).allow_burst(BURST);
        Self { limiter: RateLimiter::new(quota, HashMapStateStore::default(), clock.clone()), clock }
    }

    /// Counts one failure.
    pub(crate) fn fail(&self, service: Option<ServiceId>) -> Result<(), ApiError> {
        self.limiter.check_key(&service).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.clock.now());
            ApiError::RateLimited { retry_after: wait.as_secs().saturating_add(1) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_counted_apart() {
        let limit = LoginLimit::new();
        let (a, b) = (Some(ServiceId::from_bits(1)), Some(ServiceId::from_bits(2)));
        let refused = (0..600).filter(|_| limit.fail(a).is_err()).count();
        assert!(refused > 400, "{refused} of 600");
        assert!((0..64).all(|_| limit.fail(b).is_ok()));
        assert!(limit.fail(None).is_ok());
        assert!(matches!(limit.fail(a), Err(ApiError::RateLimited { retry_after: 1.. })));
    }
}
