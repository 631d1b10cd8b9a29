//! Many commands decided at once, for stores that read and write in bulk.
//!
//! A store that carries out a batch command by command asks its database several times for each. Here it asks once for
//! all: [`Needs`] tells what the commands have to know, [`Stored`] takes what was found, and [`Wave::decide`] decides as
//! many commands as do not depend on each other and tells what to write. Commands that need to see what an earlier one
//! wrote wait for the next wave, which reads again in the same transaction. So the rules stay those of
//! [`crate::customer`], one command at a time, and nobody has to foresee what a write does to the next command.

mod needs;
mod stored;
mod touch;
mod wave;

pub use needs::Needs;
pub use stored::Stored;
pub use wave::{Entry, LostKey, NewReceipt, Stale, Taken, Update, Waits, Wave};
