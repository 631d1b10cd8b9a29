//! How calls become batches, on a store whose every batch is answered by the test.
//!
//! All on one thread: a call is queued when it was polled once, and a task has run when the test has yielded.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a failure is to end the test")]

mod support;

mod batches;
mod bound;
mod buckets;
mod cancellation;
mod failures;
mod fairness;
mod tasks;
