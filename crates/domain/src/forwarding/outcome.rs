//! The results of deliveries.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Lease, Parcel, RemoteId};
use crate::limits;
use crate::value::CustomerId;

/// The failure of a delivery.
///
/// The texts are for an administrator: they contain codes, paths of fields and statuses, but no personal data and no
/// secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The upstream refuses this customer in its current state, and would refuse it again.
    #[error("refused: {0}")]
    Refused(String),
    /// The upstream is unreachable, overloaded, or refuses the login: no customer can be sent at the moment.
    #[error("not available: {reason}")]
    Away {
        /// The reason.
        reason: String,
        /// The pause that it asks for, if it does.
        retry_after: Option<Duration>,
    },
}

/// The failed attempts to send a customer since it was queued.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attempt {
    /// The number of failed attempts.
    pub failures: u32,
    /// When the first of them failed.
    pub failing_since: Option<Timestamp>,
    /// The error of the last one.
    pub fault: Option<String>,
}

/// What to do after a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The upstream has it, under this id; `None` if it was erased. It is removed from the outbox, unless it has
    /// changed since.
    Done(Option<RemoteId>),
    /// Send it again, not before this time.
    Later {
        /// The earliest time.
        at: Timestamp,
        /// The attempts to record.
        attempt: Attempt,
    },
    /// Make it a dead letter: nothing is sent until it changes or is retried.
    GiveUp {
        /// The time.
        at: Timestamp,
        /// The attempts to record.
        attempt: Attempt,
    },
}

/// The result of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settlement {
    /// The customer that was sent.
    pub customer_id: CustomerId,
    /// The change up to which it was sent.
    pub change: i64,
    /// The lease on it.
    pub lease: Lease,
    /// What to do.
    pub outcome: Outcome,
}

impl Settlement {
    /// The result for a claimed customer.
    pub const fn of(parcel: &Parcel, outcome: Outcome) -> Self {
        let Parcel { waiting, lease, .. } = parcel;
        Self { customer_id: waiting.customer_id, change: waiting.change, lease: *lease, outcome }
    }
}

impl Attempt {
    /// What to do after one more failure.
    ///
    /// A refused customer becomes a dead letter at once: it would be refused again. An unavailable upstream is tried
    /// again after a pause that doubles, or that it asks for, until the failures have lasted too long.
    pub fn after(&self, fault: &Fault, at: Timestamp) -> Outcome {
        let failing_since = self.failing_since.unwrap_or(at);
        let failures = self.failures.saturating_add(1);
        let attempt = Self { failures, failing_since: Some(failing_since), fault: Some(fault.to_string()) };
        let next = match fault {
            Fault::Refused(_) => None,
            Fault::Away { retry_after, .. } => later(at, pause(failures, *retry_after)),
        };
        let last = later(failing_since, Duration::from_secs(limits::FORWARDING_SECONDS)).unwrap_or(Timestamp::MAX);
        match next {
            Some(next) if at < last => Outcome::Later { at: next.min(last), attempt },
            _ => Outcome::GiveUp { at, attempt },
        }
    }
}

/// The pause before an upstream is used again after this many consecutive failures.
pub fn pause(failures: u32, retry_after: Option<Duration>) -> Duration {
    let doubled = Duration::from_secs(1 << failures.clamp(1, 16).saturating_sub(1));
    doubled.max(retry_after.unwrap_or_default()).min(Duration::from_secs(limits::FORWARDING_PAUSE_SECONDS))
}

fn later(at: Timestamp, by: Duration) -> Option<Timestamp> {
    at.checked_add(SignedDuration::try_from(by).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn away(retry_after: Option<u64>) -> Fault {
        Fault::Away { reason: "status 503".to_owned(), retry_after: retry_after.map(Duration::from_secs) }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + seconds).unwrap()
    }

    #[test]
    fn pauses_double_and_are_bounded() {
        let seconds = |failures, asked: Option<u64>| pause(failures, asked.map(Duration::from_secs)).as_secs();
        assert_eq!([1, 2, 3, 9].map(|failures| seconds(failures, None)), [1, 2, 4, 256]);
        assert_eq!([seconds(u32::MAX, None), seconds(1, Some(90_000))], [limits::FORWARDING_PAUSE_SECONDS; 2]);
        assert_eq!([seconds(1, Some(30)), seconds(9, Some(30))], [30, 256]);
    }

    #[test]
    fn who_is_away_is_tried_again_until_it_has_lasted_too_long() {
        let Outcome::Later { at: next, attempt } = Attempt::default().after(&away(None), at(0)) else { panic!() };
        assert_eq!((next, attempt.failures, attempt.failing_since), (at(1), 1, Some(at(0))));
        let limit = i64::try_from(limits::FORWARDING_SECONDS).unwrap();
        let Outcome::Later { at: last, .. } = attempt.after(&away(None), at(limit - 1)) else { panic!() };
        assert_eq!(last, at(limit));
        let Outcome::GiveUp { at: given_up, attempt } = attempt.after(&away(None), last) else { panic!() };
        assert_eq!((given_up, attempt.failures), (last, 2));
    }

    #[test]
    fn who_is_refused_is_given_up_at_once() {
        let fault = Fault::Refused("409 invalid_parameters: email".to_owned());
        let Outcome::GiveUp { attempt, .. } = Attempt::default().after(&fault, at(0)) else { panic!() };
        assert_eq!(attempt.fault.as_deref(), Some("refused: 409 invalid_parameters: email"));
    }
}
