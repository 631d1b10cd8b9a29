//! Whether a server is there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The server is there when it came back as often as it went.
#[derive(Clone, Default)]
pub(super) struct Presence(Arc<AtomicUsize>);

impl Presence {
    /// It goes, or it has come back.
    pub(super) fn turn(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    /// Turns so far.
    pub(super) fn now(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }

    /// Whether it was there all the time since then.
    pub(super) fn lasts_since(&self, turns: usize) -> bool {
        turns.is_multiple_of(2) && self.now() == turns
    }
}
