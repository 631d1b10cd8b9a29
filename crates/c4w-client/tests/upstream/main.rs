//! The client against a server that does whatever servers do: answers, and everything else.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod faults;
mod forwarding;
mod lenience;
mod sessions;
mod stand_in;
mod support;
