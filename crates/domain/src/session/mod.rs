//! Network sessions: when a customer was on the Wi-Fi, as access points tell it by RADIUS accounting (RFC 2866).
//!
//! What tells it is not reliable: records come twice, late, and in another order than they were made in. So a session is
//! what all of its records say together, and it does not matter which of them came first.

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

/// A customer's time on the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkSession {
    /// Given when it was first heard of, so that ids sort by that.
    pub id: NetworkSessionId,
    /// Whose it is.
    pub customer_id: CustomerId,
    /// Where it was.
    pub nas: Nas,
    /// By what that place knows it (Acct-Session-Id). Another one may have the same name.
    pub acct_session_id: Attribute,
    /// The device, mostly by its hardware address.
    pub calling_station: Option<Attribute>,
    /// The access point, mostly by its hardware address and the name of the Wi-Fi.
    pub called_station: Option<Attribute>,
    /// The device's address on the network.
    pub framed_address: Option<IpAddr>,
    /// When it began: the earliest time that a record tells, to the millisecond.
    pub started_at: Timestamp,
    /// When it was last heard of.
    pub heard_at: Timestamp,
    /// When it ended, if it did.
    pub ended_at: Option<Timestamp>,
    /// Why it ended, in the words of RFC 2866, 5.10.
    pub terminate_cause: Option<Attribute>,
    /// How much it was used.
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
    /// For so many seconds.
    pub seconds: u32,
    /// What the device sent.
    pub input: Octets,
    /// What the device was sent.
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
