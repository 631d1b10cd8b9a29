//! Doing something again when it failed for a reason that passes.

use std::time::Duration;

use domain::ports::ErrorChain;
use tokio::time::Instant;

use crate::error::{Failure, Remedy, remedy};

/// How long something is tried again. Callers wait for it, so it is shorter than any of them does.
const BUDGET: Duration = Duration::from_secs(6);
/// How often something is tried again because others were quicker. They are not, so often: what is stored does not agree
/// with itself.
const LOST: u32 = 20;
/// How long one attempt may take: longer than the server lets any statement take. It is for a server that went away without
/// a word.
pub(crate) const PATIENCE: Duration = Duration::from_secs(8);

/// The attempts at one thing.
pub(crate) struct Attempts {
    started: Instant,
    made: u32,
}

impl Attempts {
    pub(crate) fn begin() -> Self {
        Self { started: Instant::now(), made: 0 }
    }

    /// The next one will not be the first.
    pub(crate) const fn repeated(&self) -> bool {
        self.made > 0
    }

    /// Returns when it can be tried again.
    ///
    /// # Errors
    /// The error, when trying again would not help, or the time is up.
    pub(crate) async fn after(&mut self, error: Failure) -> Result<(), Failure> {
        self.made += 1;
        let pause = match remedy(&error) {
            // Whoever was in the way is done by now. The first of several broken connections says nothing of the others.
            Remedy::Repeat | Remedy::Reconnect if self.made == 1 => Duration::ZERO,
            Remedy::Repeat => Duration::from_millis(u64::from(self.made.min(20))),
            Remedy::Reconnect => Duration::from_millis(25),
            Remedy::Wait | Remedy::Nothing => return Err(error),
        };
        if matches!(error, Failure::Lost) && self.made > LOST {
            return Err(Failure::Disagreement);
        }
        if self.started.elapsed() + pause > BUDGET {
            return Err(error);
        }
        tracing::debug!(error = %ErrorChain(&error), attempt = self.made, "trying again");
        tokio::time::sleep(pause).await;
        Ok(())
    }
}

/// Does something on a connection, within bounds of time.
pub(crate) async fn in_time<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::time::timeout(PATIENCE, work)
        .await
        .unwrap_or_else(|_| Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()).into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails in the same way as often as it is tried again.
    async fn exhaust(failure: impl Fn() -> Failure) -> (u32, Failure, Duration) {
        let mut attempts = Attempts::begin();
        loop {
            if let Err(last) = attempts.after(failure()).await {
                return (attempts.made, last, attempts.started.elapsed());
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_pass_is_tried_until_the_time_is_up() {
        let (made, _, elapsed) = exhaust(|| sqlx::Error::Io(std::io::ErrorKind::BrokenPipe.into()).into()).await;
        assert!(made > 100, "{made}");
        assert!(elapsed <= BUDGET && BUDGET - elapsed < Duration::from_secs(1), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn what_does_not_pass_is_told_at_once() {
        for error in [|| sqlx::Error::PoolTimedOut, || sqlx::Error::RowNotFound] {
            let (made, _, elapsed) = exhaust(|| error().into()).await;
            assert_eq!((made, elapsed), (1, Duration::ZERO));
        }
        let (made, last, _) = exhaust(|| Failure::Disagreement).await;
        assert!(made == 1 && matches!(last, Failure::Disagreement), "{last:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn who_always_loses_is_not_unlucky() {
        let (made, last, elapsed) = exhaust(|| Failure::Lost).await;
        assert!(made == LOST + 1 && matches!(last, Failure::Disagreement), "{made} {last:?}");
        assert!(elapsed < Duration::from_secs(1), "{elapsed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_failure_costs_no_time() {
        let mut attempts = Attempts::begin();
        assert!(!attempts.repeated());
        attempts.after(Failure::Lost).await.unwrap();
        assert!(attempts.repeated());
        assert_eq!(attempts.started.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_says_nothing_is_given_up() {
        let started = Instant::now();
        let failure = in_time(std::future::pending::<Result<(), _>>()).await.unwrap_err();
        assert_eq!((remedy(&failure), started.elapsed()), (Remedy::Reconnect, PATIENCE));
    }
}
