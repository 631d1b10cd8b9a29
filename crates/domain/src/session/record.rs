//! What an access point tells of a session.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};

use super::{Nas, Usage};
use crate::value::{Attribute, CustomerId, NetworkSessionId, OrganizationId, Username};

/// An access point's clock is believed as far as this back: a record may have waited for a way to us.
const LATEST: SignedDuration = SignedDuration::from_hours(24);

/// A record of a session: that it began, that it goes on, or that it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// The organization of the RADIUS server that passed it on.
    pub organization_id: OrganizationId,
    /// Where the session is.
    pub nas: Nas,
    /// By what it is known there, which another one may be as well: see [`SessionRecord::session_among`].
    pub acct_session_id: Attribute,
    /// The id that the session gets if this is the first that is heard of it.
    pub id: NetworkSessionId,
    /// Whose it is.
    pub claims: Claims,
    /// See [`super::NetworkSession::calling_station`].
    pub calling_station: Option<Attribute>,
    /// See [`super::NetworkSession::called_station`].
    pub called_station: Option<Attribute>,
    /// See [`super::NetworkSession::framed_address`].
    pub framed_address: Option<IpAddr>,
    /// When the record was made, to the millisecond.
    pub at: Timestamp,
    /// How much the session was used by then.
    pub usage: Usage,
    /// The session began then: the record is there to say so.
    pub began: bool,
    /// The session ended then.
    pub ended: bool,
    /// Why it ended, where that is told.
    pub terminate_cause: Option<Attribute>,
}

/// By what it can be known whose a session is. The first that leads to a customer of the organization counts; when none
/// does, the session is whose it was by an earlier record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claims {
    /// What a login was given to be sent back with every record (Class).
    pub customer_id: Option<CustomerId>,
    /// Whom the name may mean under which somebody logged in.
    pub usernames: Vec<Username>,
}

/// What an access point says of itself. All of its sessions are over then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Restart {
    /// It is back (Accounting-On).
    On,
    /// It is about to go (Accounting-Off).
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
    /// Why the sessions ended, in the words of RFC 2866, 5.10.
    pub const fn terminate_cause(self) -> &'static str {
        match self {
            Self::On => "NAS-Reboot",
            Self::Off => "Admin-Reboot",
        }
    }
}

/// A session of more than a year is a counter that has gone mad.
const LONGEST: u32 = 366 * 24 * 60 * 60;

/// For how long a session was used, in seconds, if that can be; else 0, which says nothing.
pub const fn believed(told: u32) -> u32 {
    if told <= LONGEST { told } else { 0 }
}

/// When a record was made: as the access point says, if that can be, and else when it arrived. Many an access point has
/// no clock when it starts.
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
