//! Accounting records of sessions.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{Nas, Usage};
use crate::value::{Attribute, CustomerId, NetworkSessionId, OrganizationId, Username};

/// The maximum age of a record by the access point's clock: a record may have been delayed on its way.
const LATEST: SignedDuration = SignedDuration::from_hours(24);

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
    /// When the record was made, to the millisecond.
    pub at: Timestamp,
    /// The usage of the session by then.
    pub usage: Usage,
    /// Whether it reports the beginning of the session.
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

/// When a record was made: as the access point says, if that is plausible, otherwise when it arrived. Many access
/// points have no clock when they start.
pub fn happened(told: Option<Timestamp>, arrived: Timestamp) -> Timestamp {
    let earliest = arrived.checked_sub(LATEST).unwrap_or(arrived);
    told.filter(|told| (earliest..=arrived).contains(told)).unwrap_or(arrived)
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
    fn a_clock_is_believed_within_reason() {
        const NOW: i64 = 1_711_620_930;
        for (told, expected) in [
            (Some(NOW), NOW),
            (Some(NOW - 60), NOW - 60),
            (Some(NOW - 24 * 60 * 60), NOW - 24 * 60 * 60),
            (Some(NOW - 24 * 60 * 60 - 1), NOW),
            (Some(NOW + 1), NOW),
            (Some(0), NOW),
            (None, NOW),
        ] {
            assert_eq!(happened(told.map(at), at(NOW)), at(expected), "{told:?}");
        }
        assert_eq!(happened(Some(Timestamp::MIN), Timestamp::MIN), Timestamp::MIN);
    }
}
