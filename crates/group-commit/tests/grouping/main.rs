//! How calls become batches, on a store whose batches the test answers.
//!
//! Everything runs on one thread: a call is queued once it has been polled, and a task has run once the test has
//! yielded.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure must end the test")]

mod support;

mod batches;
mod bound;
mod buckets;
mod cancellation;
mod failures;
mod fairness;
mod tasks;
