//! Helpers of this crate's tests.

use std::sync::atomic::{AtomicU8, Ordering};

use domain::ports::SecretSource;

/// A source that counts up, so its bytes are known and still differ from call to call.
#[derive(Default)]
pub(crate) struct Counting(AtomicU8);

impl SecretSource for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}
