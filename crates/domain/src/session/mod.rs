//! Network sessions: when a customer was on the Wi-Fi, as access points tell it by RADIUS accounting (RFC 2866).
//!
//! What tells it is not reliable: records come twice, late, and in another order than they were made in. So a session is
//! what all of its records say together, and it does not matter which of them came first.

mod namesake;
mod nas;
mod octets;
mod record;

use std::net::IpAddr;

use jiff::Timestamp;

use crate::value::{Attribute, CustomerId, NetworkSessionId};

pub use namesake::Namesake;
pub use nas::Nas;
pub use octets::Octets;
pub use record::{Claims, Restart, SessionRecord, believed, happened};

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
