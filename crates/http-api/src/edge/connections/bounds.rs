//! The bounds, with their reasons.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

/// Connections of a listener that are open at once. An idle one takes 10 to 20 kB of memory, and the longest idle one is closed
/// for a new one, so that more would only serve clients that say nothing.
const OPEN: usize = 4096;
/// A quarter of [`OPEN`]: a venue's guests may all come from one address, and no single address may take everything.
const PER_ADDRESS: usize = OPEN / 4;
/// Time for the head of a request, from the accept for the first one, and from its first byte for others. A client that has
/// something to send sends it at once; ten seconds are three retransmissions of TCP on a bad Wi-Fi.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long a connection is kept between two requests; SDKs keep connections for a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take nothing of an answer that waits for it.
const WRITE_STALL: Duration = Duration::from_secs(30);

/// Bounds of the connections of one listener.
#[derive(Debug, Clone)]
pub struct ConnectionBounds {
    /// Connections that are open at once.
    pub open: usize,
    /// Connections of one address (of one /64 network in IPv6) that are open at once; 0 for no such bound. Never of a loopback
    /// address, from which a proxy or an administrator on the same machine comes.
    pub per_address: usize,
    /// Proxies, whose addresses stand for very many clients and have no bound of their own.
    pub trusted_proxies: Vec<IpNet>,
    /// Time for the head of a request, from the accept for the first one, and from its first byte for others.
    pub head_time: Duration,
    /// Time between two requests.
    pub keep_alive: Duration,
    /// How long a client may take next to nothing of an answer that waits for it.
    pub write_stall: Duration,
}

impl Default for ConnectionBounds {
    /// 4,096 connections, a quarter of them for one address, 10 seconds for a head, 75 between two requests, and 30 without
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
    /// Whether the address has no bound of its own.
    pub(super) fn is_exempt(&self, address: IpAddr) -> bool {
        self.per_address == 0
            || address.is_loopback()
            || self.trusted_proxies.iter().any(|network| network.contains(&address))
    }
}
