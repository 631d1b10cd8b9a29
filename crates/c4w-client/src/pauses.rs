//! Waiting, which tests do not do.

use std::time::Duration;

use async_trait::async_trait;

/// Lets time pass.
#[async_trait]
pub trait Pauses: Send + Sync {
    /// Waits for so long.
    async fn pause(&self, time: Duration);

    /// A number from 0 to 1, another one each time, so that clients that failed together do not come back together.
    fn chance(&self) -> f64;
}

/// Real time, and real chance.
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
