//! A bound on attempts at the passwords of customers.
//!
//! A password may be one that a person chose. So an attempt counts before it is known whether it is right: otherwise
//! any number of concurrent attempts would all be checked. The password that was right the last time does not count, so
//! an app can check it as often as it likes.

use std::hash::{BuildHasher, RandomState};

use domain::token::SecretHash;
use domain::value::ServiceId;
use quick_cache::sync::Cache;

use super::{Limiter, Rates};
use crate::ApiError;

/// The number of right passwords that are kept.
const KEPT: usize = 10_000;

/// The service and the username of an attempt. Only a hash of the username is kept, which takes little memory and does
/// not reveal the name.
type Who = (ServiceId, u64);

/// Counts attempts per service and username.
pub(crate) struct PasswordLimit {
    tries: Limiter<Who>,
    right: Cache<Who, SecretHash>,
    numbers: RandomState,
}

/// A permitted attempt.
pub(crate) struct Try {
    who: Who,
    password: SecretHash,
}

impl PasswordLimit {
    pub(crate) fn new(rates: Rates) -> Self {
        Self { tries: Limiter::new(rates.of_passwords()), right: Cache::new(KEPT), numbers: RandomState::new() }
    }

    /// Counts one attempt, unless its password is the one that was right the last time.
    pub(crate) fn begin(&self, service: ServiceId, username: &str, password: &str) -> Result<Try, ApiError> {
        let this = Try { who: (service, self.numbers.hash_one(username)), password: SecretHash::of(password) };
        let known = self.right.get(&this.who).is_some_and(|right| right.matches(this.password));
        if !known {
            self.tries.count(&this.who)?;
        }
        Ok(this)
    }

    /// Records that the password was right.
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
