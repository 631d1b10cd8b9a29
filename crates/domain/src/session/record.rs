//! Accounting records of sessions.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{Nas, Usage};
use crate::value::{Attribute, CustomerId, NetworkSessionId, OrganizationId, Username};

/// An access point's clock is believed as far as this back: a record may have been queued.
const LATEST: SignedDuration = SignedDuration::from_hours(24);
/// And as far as this if the access point says as well for how long the record was queued.
const LATEST_DELAYED: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How far the clock and that delay may disagree.
const DELAY_TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// A record of the beginning, the continuation or the end of a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The organization of the RADIUS server that sent it.
    pub organization_id: OrganizationId,
    /// The access point or controller.
    pub nas: Nas,
    /// The session's id there, which others may share: see [`SessionRecord::session_among`].
    pub acct_session_id: Attribute,
    /// The id of the session if this is its first record.
    pub id: NetworkSessionId,
    /// What identifies the customer.
    pub claims: Claims,
    /// See [`super::NetworkSession::calling_station`].
    pub calling_station: Option<Attribute>,
    /// See [`super::NetworkSession::called_station`].
    pub called_station: Option<Attribute>,
    /// See [`super::NetworkSession::framed_address`].
    pub framed_address: Option<IpAddr>,
    /// When the record was made, to the millisecond: [`Made::at`].
    pub at: Timestamp,
    /// See [`Made::dated`].
    pub dated: bool,
    /// How much the session was used by then.
    pub usage: Usage,
    /// Whether the access point reports how often its counters of octets have overflowed.
    pub gigawords: bool,
    /// The session began then: the record is there to say so.
    pub began: bool,
    /// Whether it reports the end of the session.
    pub ended: bool,
    /// The reason of the end, if reported.
    pub terminate_cause: Option<Attribute>,
}

/// What may identify the customer of a session. The first value that leads to a customer of the organization counts; if
/// none does, the customer is that of an earlier record of the session.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// The Class of the login, which access points return with every record.
    pub customer_id: Option<CustomerId>,
    /// The usernames that the name of the login may stand for.
    pub usernames: Vec<Username>,
}

/// A restart of an access point. All of its sessions have then ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// It has started (Accounting-On).
    On,
    /// It is shutting down (Accounting-Off).
    Off,
}

impl SessionRecord {
    /// When the session began, by this record alone.
    pub fn started_at(&self) -> Timestamp {
        self.at.checked_sub(SignedDuration::from_secs(self.usage.seconds.into())).unwrap_or(self.at)
    }

    /// When it ended, by this record alone.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.ended.then_some(self.at)
    }
}

impl Restart {
    /// The reason of the sessions' end, in the terms of RFC 2866, 5.10.
    pub const fn terminate_cause(self) -> &'static str {
        match self {
            Self::On => "NAS-Reboot",
            Self::Off => "Admin-Reboot",
        }
    }
}

/// The maximum duration in seconds: more than a year is a broken counter.
const LONGEST: u32 = 366 * 24 * 60 * 60;

/// The duration of a session in seconds, if it is plausible; otherwise 0, which means unknown.
pub const fn believed(told: u32) -> u32 {
    if told <= LONGEST { told } else { 0 }
}

/// When a record was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The time.
    pub at: Timestamp,
    /// Whether the access point's clock says so. The time is otherwise that of the arrival, which may be much later.
    pub dated: bool,
}

impl Made {
    /// `clock` is what the access point's clock showed, `delay` for how long it has tried to send the record. Many access points
    /// have no clock when they start: a time that cannot be right is ignored, and the delay counts.
    pub fn new(clock: Option<Timestamp>, delay: Option<SignedDuration>, arrived: Timestamp) -> Self {
        let back = |duration: SignedDuration| arrived.checked_sub(duration).ok();
        let since = |duration| back(duration).unwrap_or(arrived);
        let sent = delay.and_then(back);
        let agrees = |clock: Timestamp| sent.is_some_and(|sent| clock.duration_since(sent).abs() <= DELAY_TOLERANCE);
        let is_right = |clock: &Timestamp| {
            let earliest = since(if agrees(*clock) { LATEST_DELAYED } else { LATEST });
            (earliest..=arrived).contains(clock)
        };
        if let Some(at) = clock.filter(is_right) {
            return Self { at, dated: true };
        }
        let at = sent.filter(|sent| (since(LATEST)..=arrived).contains(sent)).unwrap_or(arrived);
        Self { at, dated: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_session_of_136_years_is_none() {
        assert_eq!([0, 60, LONGEST, LONGEST + 1, u32::MAX].map(believed), [0, 60, LONGEST, 0, 0]);
    }

    #[test]
    fn a_clock_is_believed_within_reason_and_else_the_delay() {
        const NOW: i64 = 1_711_620_930;
        const DAY: i64 = 24 * 60 * 60;
        let made = |clock: Option<i64>, delay: Option<i64>| {
            Made::new(clock.map(at), delay.map(SignedDuration::from_secs), at(NOW))
        };
        for (clock, delay, expected) in [
            (NOW, None, NOW),
            (NOW - 60, None, NOW - 60),
            (NOW - 60, Some(30), NOW - 60),
            (NOW - DAY, None, NOW - DAY),
            (NOW - 2 * DAY, Some(2 * DAY + 60), NOW - 2 * DAY),
        ] {
            assert_eq!(made(Some(clock), delay), Made { at: at(expected), dated: true }, "{clock} {delay:?}");
        }
        for clock in [None, Some(0), Some(-1), Some(NOW + 1), Some(NOW - DAY - 1), Some(NOW - 10 * DAY)] {
            for (delay, expected) in [
                (None, NOW),
                (Some(0), NOW),
                (Some(3_600), NOW - 3_600),
                (Some(DAY + 1_000), NOW),
                (Some(u32::MAX.into()), NOW),
            ] {
                assert_eq!(made(clock, delay), Made { at: at(expected), dated: false }, "{clock:?} {delay:?}");
            }
        }
        let queued_too_long = made(Some(NOW - 31 * DAY), Some(31 * DAY));
        assert_eq!(queued_too_long, Made { at: at(NOW), dated: false });
        for clock in [Timestamp::MIN, Timestamp::MAX] {
            let delay = Some(SignedDuration::from_secs(u32::MAX.into()));
            assert_eq!(Made::new(Some(clock), delay, Timestamp::MIN).at, Timestamp::MIN);
        }
    }
}
