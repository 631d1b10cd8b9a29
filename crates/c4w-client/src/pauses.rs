//! Pauses, which tests replace.

use std::time::Duration;

use async_trait::async_trait;

/// A source of pauses.
#[async_trait]
pub trait Pauses: Send + Sync {
    /// Waits for this time.
    async fn pause(&self, time: Duration);

    /// A random number from 0 to 1, so that clients that failed together do not retry together.
    fn chance(&self) -> f64;
}

/// Real time and real randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealPauses;

#[async_trait]
impl Pauses for RealPauses {
    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }

    fn chance(&self) -> f64 {
        fastrand::f64()
    }
}
