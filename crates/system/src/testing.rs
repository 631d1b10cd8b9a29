//! What the tests of this crate share.

use std::sync::atomic::{AtomicU8, Ordering};

use domain::ports::SecretSource;

/// Counts up, so that what is drawn is known and yet differs from draw to draw.
#[derive(Default)]
pub(crate) struct Counting(AtomicU8);

impl SecretSource for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}
