//! The ledger: what was taken away, recorded outside of the database, so that restoring an older backup does not bring it
//! back.
//!
//! An entry holds ids, a time and an author. It holds nothing of the person.
//!
//! An erasure and a revocation are recorded before they are carried out, because a caller cannot repeat them: the second
//! request meets a customer who is gone. When the store then refuses or fails, an [`Fact::Void`] withdraws the entry. An
//! entry that no outcome is known of (the process was killed) counts: an authorized caller did ask for it. A lock is
//! recorded after its transaction, because only that tells which customer a POST found. A PUT that names the lock is recorded
//! even when it changed nothing, so that repeating a request that got no answer completes the ledger. A POST is recorded when
//! it changed the lock of a customer whom it found: when the process is killed between the transaction and the entry, the
//! ledger misses that lock, and only a PUT adds it. All are recorded before the caller is answered.
//!
//! A logout is not recorded: a restore ends every session, and a new one costs one request.

mod entry;
mod replay;

pub use entry::{Author, Entry, Fact};
pub use replay::{Lock, Replay};
