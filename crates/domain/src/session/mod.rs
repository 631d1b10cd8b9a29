//! Network sessions: when a customer was on the Wi-Fi, as access points report it by RADIUS accounting (RFC 2866).
//!
//! The reports are unreliable: records arrive twice, late, and out of order. So a session is the aggregate of all of
//! its records, and their order does not matter.

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

/// The usage of a session so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Its duration in seconds.
    pub seconds: u32,
    /// Bytes sent by the device.
    pub input: Octets,
    /// Bytes sent to the device.
    pub output: Octets,
}
