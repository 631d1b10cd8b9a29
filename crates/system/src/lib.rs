//! The machine behind the ports: clock, ids, randomness, key file and seals.
//!
//! Belongs here: what only the operating system provides, and the keys that the service keeps in its own file. Does not
//! belong here: rules, storage of customers, configuration.

mod ambient;
mod key_file;
mod sealer;
#[cfg(test)]
mod testing;

pub use ambient::{OsSecrets, SystemClock, Uuidv7Ids};
pub use key_file::{FormFault, KeyFile, KeyFileError};
pub use sealer::Sealer;
