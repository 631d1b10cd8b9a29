//! A bound on tries at the passwords of customers.
//!
//! A password may be one that a person made up. So a try counts before it is known whether it is right: counted
//! afterwards, any number of them that come at once would all be looked at. The one that was right the last time does not
//! count, so that an app can ask again as often as it likes.

use std::hash::{BuildHasher, RandomState};

use domain::token::SecretHash;
use domain::value::ServiceId;
use quick_cache::sync::Cache;

use super::{Limiter, Rates};
use crate::ApiError;

/// Right passwords that are remembered at once.
const KEPT: usize = 10_000;

/// Who tries for which username. Of the name only a number is kept, which takes little memory and tells nobody.
type Who = (ServiceId, u64);

/// Counts tries for each service and username.
pub(crate) struct PasswordLimit {
    tries: Limiter<Who>,
    right: Cache<Who, SecretHash>,
    numbers: RandomState,
}

/// A try that may be made.
pub(crate) struct Try {
    who: Who,
    password: SecretHash,
}

impl PasswordLimit {
    pub(crate) fn new(rates: Rates) -> Self {
        Self { tries: Limiter::new(rates.of_passwords()), right: Cache::new(KEPT), numbers: RandomState::new() }
    }

    /// Counts one try, unless it is the right one of the last time.
    pub(crate) fn begin(&self, service: ServiceId, username: &str, password: &str) -> Result<Try, ApiError> {
        let this = Try { who: (service, self.numbers.hash_one(username)), password: SecretHash::of(password) };
        let known = self.right.get(&this.who).is_some_and(|right| right.matches(this.password));
        if !known {
            self.tries.count(&this.who)?;
        }
        Ok(this)
    }

    /// It was right.
    pub(crate) fn remember(&self, right: &Try) {
        self.right.insert(right.who, right.password);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_right_the_last_time_does_not_count() {
        let limit = PasswordLimit::new(Rates::default());
        let service = ServiceId::from_bits(1);
        limit.remember(&limit.begin(service, "ada", "geheim").unwrap_or_else(|_| unreachable!()));
        assert!((0..600).all(|_| limit.begin(service, "ada", "geheim").is_ok()));
        let refused = (0..600).filter(|_| limit.begin(service, "ada", "guess").is_err()).count();
        assert!(refused > 400, "{refused} of 600");
        assert!(limit.begin(service, "ada", "geheim").is_ok(), "guesses do not keep her out");
        assert!(limit.begin(ServiceId::from_bits(2), "ada", "guess").is_ok(), "another service");
        assert!(limit.begin(service, "eve", "guess").is_ok(), "another name");
    }

    #[test]
    fn a_right_guess_counts_too() {
        let limit = PasswordLimit::new(Rates::default());
        let service = ServiceId::from_bits(1);
        let refused = (0..600).filter(|n| limit.begin(service, "ada", &n.to_string()).is_err()).count();
        assert!(refused > 400, "{refused} of 600");
        assert!(limit.begin(service, "ada", "geheim").is_err(), "whether it is right nobody has looked");
    }
}
