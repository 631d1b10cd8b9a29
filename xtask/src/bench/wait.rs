//! Waiting for another process.

use std::time::{Duration, Instant};

use crate::shell::Failure;

/// The pause between two polls, which is the error of the measured time.
const PAUSE: Duration = Duration::from_millis(1);

/// Polls until there is a result, and returns it.
///
/// # Errors
/// Polling failed, or there was no result within `limit`.
pub(crate) async fn until<T>(
    what: &str,
    limit: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>, Failure>,
) -> Result<T, Failure> {
    let started = Instant::now();
    while started.elapsed() < limit {
        if let Some(seen) = look().await? {
            return Ok(seen);
        }
        // Another process provides no event to wait for, and polling without a pause would take processor time from it.
        tokio::time::sleep(PAUSE).await;
    }
    Err(format!("waited {} s in vain: {what}", limit.as_secs()).into())
}
