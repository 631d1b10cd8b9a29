//! Ports for servers.

use std::net::TcpListener;
use std::ops::Range;

use crate::{Error, random};

/// Ports below those that the kernel assigns to clients: it could assign one while a killed server has not been
/// restarted yet, even to a client that tries to connect to that server.
const PORTS: Range<u16> = 20_000..30_000;

/// A port on which no program listens at the moment. Another program may take it before it is used.
pub(crate) fn free() -> Result<u16, Error> {
    loop {
        let port = PORTS.start + random::number()? % (PORTS.end - PORTS.start);
        if is_free(port) {
            return Ok(port);
        }
    }
}

pub(crate) fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}
