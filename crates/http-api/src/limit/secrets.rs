//! A bound on wrong secrets of services.
//!
//! Only failures count, and a right secret is always accepted: otherwise a person who knows a client key (an app's is
//! public) could lock its service out. A secret has 160 random bits, so the bound makes guessing visible and slow; it
//! need not make it impossible.

use domain::value::ServiceId;

use super::{Limiter, Rates};
use crate::ApiError;

/// Counts failed logins per service. Attempts with unknown keys share one count.
pub(crate) struct SecretLimit(Limiter<Option<ServiceId>>);

impl SecretLimit {
    pub(crate) fn new(rates: Rates) -> Self {
        Self(Limiter::new(rates.of_secrets()))
    }

    /// Counts one failure.
    pub(crate) fn fail(&self, service: Option<ServiceId>) -> Result<(), ApiError> {
        self.0.count(&service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_counted_apart() {
        let limit = SecretLimit::new(Rates::default());
        let (a, b) = (Some(ServiceId::from_bits(1)), Some(ServiceId::from_bits(2)));
        let refused = (0..600).filter(|_| limit.fail(a).is_err()).count();
        assert!(refused > 400, "{refused} of 600");
        assert!((0..64).all(|_| limit.fail(b).is_ok()));
        assert!(limit.fail(None).is_ok());
        assert!(matches!(limit.fail(a), Err(ApiError::RateLimited { retry_after: 1.. })));
    }
}
