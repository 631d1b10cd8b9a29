//! Network sessions: when a customer was on the Wi-Fi, as access points report it by RADIUS accounting (RFC 2866).
//!
//! The reports are unreliable: records arrive twice, late, and out of order. So a session is the aggregate of all of
//! its records, and their order does not matter.

mod namesake;
mod nas;
mod octets;
mod record;
mod station;

use std::net::IpAddr;

use jiff::Timestamp;

use crate::value::{Attribute, CustomerId, NetworkSessionId};

pub use namesake::Namesake;
pub use nas::Nas;
pub use octets::Octets;
pub use record::{Claims, Made, Restart, SessionRecord, believed};

/// A customer's network session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkSession {
    /// Assigned at its first record, so ids sort by that.
    pub id: NetworkSessionId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The access point or controller.
    pub nas: Nas,
    /// Its id there (Acct-Session-Id), which other sessions may share.
    pub acct_session_id: Attribute,
    /// The device, mostly by its MAC address.
    pub calling_station: Option<Attribute>,
    /// The access point, mostly by its MAC address and the SSID.
    pub called_station: Option<Attribute>,
    /// The device's address on the network.
    pub framed_address: Option<IpAddr>,
    /// When it began: the earliest beginning in any record, to the millisecond.
    pub started_at: Timestamp,
    /// The time of its latest record.
    pub heard_at: Timestamp,
    /// When it ended, if it did.
    pub ended_at: Option<Timestamp>,
    /// The reason of its end, in the terms of RFC 2866, 5.10.
    pub terminate_cause: Option<Attribute>,
    /// Its usage.
    pub usage: Usage,
}

impl NetworkSession {
    /// For how many seconds it was used so far: as the access point counts them, or between the first record and the last one
    /// if it does not count them.
    pub fn duration(&self) -> u32 {
        if self.usage.seconds > 0 {
            return self.usage.seconds;
        }
        let until = self.ended_at.unwrap_or(self.heard_at);
        u32::try_from(until.duration_since(self.started_at).as_secs()).unwrap_or_default()
    }
}

/// How much a session was used, so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Its duration in seconds.
    pub seconds: u32,
    /// Bytes sent by the device.
    pub input: Octets,
    /// Bytes sent to the device.
    pub output: Octets,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_that_is_not_counted_is_that_between_the_times() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let counted = NetworkSession {
            id: NetworkSessionId::from_bits(1),
            customer_id: CustomerId::from_bits(1),
            nas: Nas::new(Attribute::parse("ap").ok(), None).unwrap(),
            acct_session_id: Attribute::parse("1").unwrap(),
            calling_station: None,
            called_station: None,
            framed_address: None,
            started_at: at(100),
            heard_at: at(160),
            ended_at: None,
            terminate_cause: None,
            usage: Usage { seconds: 50, ..Usage::default() },
        };
        assert_eq!(counted.duration(), 50);
        let open = NetworkSession { usage: Usage::default(), ..counted };
        assert_eq!(open.duration(), 60);
        // A record that came later was made before the end.
        let ended = NetworkSession { ended_at: Some(at(500)), ..open.clone() };
        assert_eq!(ended.duration(), 400);
        let backwards = NetworkSession { ended_at: Some(at(99)), ..open };
        assert_eq!(backwards.duration(), 0);
    }
}
