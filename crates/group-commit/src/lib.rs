//! A store decorator that gathers concurrent writes into batches.
//!
//! A transaction costs a store nearly the same whether it writes one customer or a hundred. So calls that arrive while
//! the store is busy are queued, and all of them go into the next batch as soon as the store is free. No call waits for
//! more calls to arrive. The store decides how batches are cut ([`domain::ports::Batching`]).
//!
//! - [`GroupCommit`] is the store that callers see. It starts a task when a batch can start.
//! - `queue` holds the queued calls and decides when a batch can start; `lane` decides which calls it contains.
//! - `batch` passes a batch to the store and returns each caller its own answers.
//!
//! Belongs here: gathering, bounding and distributing answers. Does not belong here: the meaning of a command, or
//! anything specific to one store.

mod batch;
mod error;
mod lane;
mod queue;
mod store;

pub use error::QueueFull;
pub use store::GroupCommit;
