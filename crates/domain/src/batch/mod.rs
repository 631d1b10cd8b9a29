//! Deciding many commands at once, for stores that read and write in bulk.
//!
//! A store that carries out a batch command by command queries its database several times for each. With this module it
//! queries once for all: [`Needs`] lists what the commands need to know, [`Stored`] holds what was found, and
//! [`Wave::decide`] decides all commands that do not depend on each other and returns what to write. Commands that need
//! to see an earlier command's write wait for the next wave, which reads again in the same transaction. So the rules
//! stay those of [`crate::customer`], one command at a time, and no store has to predict how a write affects the next
//! command.

mod needs;
mod stored;
mod touch;
mod wave;

pub use needs::Needs;
pub use stored::Stored;
pub use wave::{Entry, LostKey, NewReceipt, Stale, Taken, Update, Waits, Wave};
