//! The ledger: erasures, locks and revocations, recorded outside the database, so that restoring an older backup does
//! not undo them.
//!
//! An entry contains ids, a time and an author, and no personal data.
//!
//! An erasure and a revocation are recorded before they are carried out, because a caller cannot repeat them: the
//! second request would find no customer. If the store then refuses or fails, an [`Fact::Void`] withdraws the entry. An
//! entry with an unknown outcome (the process was killed) counts: an authorized caller did request it. A lock is
//! recorded after its transaction, which determines the customer that a POST found. A PUT that has the lock is recorded
//! even if it changed nothing, so that repeating an unanswered request completes the ledger. A POST is recorded if it
//! changed the lock of an existing customer: if the process is killed between the transaction and the entry, the ledger
//! lacks that lock, and only a PUT adds it. All are recorded before the caller is answered.
//!
//! A logout is not recorded: a restore ends every session, and a new one costs one request.

mod entry;
mod replay;

pub use entry::{Author, Entry, Fact};
pub use replay::{Lock, Replay};
