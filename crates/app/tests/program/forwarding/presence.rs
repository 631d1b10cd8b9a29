//! Whether a server is running.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The server is running if it has started as often as it has stopped.
#[derive(Clone, Default)]
pub(super) struct Presence(Arc<AtomicUsize>);

impl Presence {
    /// Records that it stops or has started.
    pub(super) fn turn(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// The number of turns so far.
    pub(super) fn now(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Whether it has been running since then.
    pub(super) fn lasts_since(&self, turns: usize) -> bool {
        turns.is_multiple_of(2) && self.now() == turns
    }
}
