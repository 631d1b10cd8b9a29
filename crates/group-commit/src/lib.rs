//! A store around a store: writes that come at the same time become batches.
//!
//! A transaction costs a store nearly the same whether it writes one customer or a hundred. So what arrives while the
//! store works waits, and all of it goes into the next batch as soon as the store is free; nothing ever waits for more to
//! come. How batches are cut is the word of the store, [`domain::ports::Batching`].
//!
//! - [`GroupCommit`] is the store that callers see, and starts a task when a batch can go.
//! - `queue` says what waits and when a batch can go; `lane` which of the waiting calls go into it.
//! - `batch` hands a batch to the store and every caller its own answers.
//!
//! Belongs here: gathering, bounding and dealing out. Does not belong here: what a command means, or anything that only
//! one store does.

mod batch;
mod error;
mod lane;
mod queue;
mod store;

pub use error::QueueFull;
pub use store::GroupCommit;
