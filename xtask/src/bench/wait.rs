//! Waiting for what another process does.

use std::time::{Duration, Instant};

use crate::shell::Failure;

/// The pause between two looks: the error of what is timed by looking.
const PAUSE: Duration = Duration::from_millis(1);

/// Looks until there is something to see, and returns it.
///
/// # Errors
/// Looking failed, or nothing was there after `limit`.
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
        // Another process gives no event to wait for, and looking without a pause would take the processor from it.
        tokio::time::sleep(PAUSE).await;
    }
    Err(format!("waited {} s in vain: {what}", limit.as_secs()).into())
}
