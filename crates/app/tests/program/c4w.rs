//! The command line `c4w` against the built server.

mod bounds;
mod command;
mod customers;
mod export;
mod failures;
mod faults;
mod foreign;
mod import;
mod interruptions;
mod kills;
mod proxies;
mod reverse_proxies;
mod round_trip;
mod single;
mod terminal;

pub(crate) use command::C4w;
