//! The bounds and their reasons.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

/// The maximum number of open connections per listener. An idle one takes 10 to 20 kB of memory, and the longest idle
/// one is closed for a new one, so more connections would only serve silent clients.
const OPEN: usize = 4096;
/// A quarter of [`OPEN`]: all guests of a venue may share one address, and no single address may take every place.
const PER_ADDRESS: usize = OPEN / 4;
/// Time for the head of a request: for the first one from the accept, for others from their first byte. A client with a
/// request sends it at once; ten seconds allow three TCP retransmissions on a bad Wi-Fi.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long an idle connection is kept between two requests; SDKs keep connections for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may read nothing of a response that is ready.
const WRITE_STALL: Duration = Duration::from_secs(30);

/// Bounds of the connections of one listener.
#[derive(Debug, Clone)]
pub struct ConnectionBounds {
    /// The maximum number of open connections.
    pub open: usize,
    /// The maximum number of open connections from one address (one /64 network in IPv6); 0 for no such bound. It does
    /// not apply to loopback addresses, which a proxy or an administrator on the same machine uses.
    pub per_address: usize,
    /// Proxies, each of whose addresses represents many clients, so the bound per address does not apply to them.
    pub trusted_proxies: Vec<IpNet>,
    /// Time for the head of a request: for the first one from the accept, for others from their first byte.
    pub head_time: Duration,
    /// Maximum idle time between two requests.
    pub keep_alive: Duration,
    /// How long a client may read next to nothing of a response that is ready.
    pub write_stall: Duration,
}

impl Default for ConnectionBounds {
    /// 4,096 connections, a quarter of them per address, 10 seconds for a head, 75 between two requests, and 30 without
    /// progress.
    fn default() -> Self {
        Self {
            open: OPEN,
            per_address: PER_ADDRESS,
            trusted_proxies: Vec::new(),
            head_time: HEAD_TIME,
            keep_alive: KEEP_ALIVE,
            write_stall: WRITE_STALL,
        }
    }
}

impl ConnectionBounds {
    /// Whether the bound per address does not apply to this address.
    pub(super) fn is_exempt(&self, address: IpAddr) -> bool {
        self.per_address == 0
            || address.is_loopback()
            || self.trusted_proxies.iter().any(|network| network.contains(&address))
    }
}
