//! The client against a server that answers, and fails in every way.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod faults;
mod forwarding;
mod lenience;
mod sessions;
mod stand_in;
mod support;
