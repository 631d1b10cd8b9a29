//! Ports for servers.

use std::net::TcpListener;
use std::ops::Range;

use crate::{Error, random};

/// Above are those that the kernel hands out to clients: it could give one away while a server that was killed is not yet
/// started again, even to a client that is looking for that very server.
const PORTS: Range<u16> = 20_000..30_000;

/// One on which nobody listens at the moment. Another program may take it before it is used.
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
