//! Forgets what is over.

use std::time::Duration;

use domain::customer::Receipt;
use domain::ports::{ErrorChain, StoreError};
use http_api::Ports;

const INTERVAL: Duration = Duration::from_secs(10 * 60);

/// Forgets expired tokens and sessions, and old receipts, now and every ten minutes.
pub(crate) async fn run(ports: Ports) {
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        match purge(&ports).await {
            Ok(Gone { tokens: 0, sessions: 0, receipts: 0 }) => {}
            Ok(Gone { tokens, sessions, receipts }) => {
                tracing::info!(tokens, sessions, receipts, "forgot what has expired");
            }
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "what has expired was not forgotten");
            }
        }
    }
}

/// How much was forgotten.
#[derive(Default)]
struct Gone {
    tokens: u64,
    sessions: u64,
    receipts: u64,
}

async fn purge(ports: &Ports) -> Result<Gone, StoreError> {
    let now = ports.clock.now();
    let mut gone = Gone::default();
    loop {
        let tokens = ports.tokens.purge_tokens(now).await?;
        let sessions = ports.sessions.purge_sessions(now).await?;
        let receipts = ports.customers.purge_receipts(Receipt::kept_since(now)).await?;
        if (tokens, sessions, receipts) == (0, 0, 0) {
            return Ok(gone);
        }
        gone.tokens += tokens;
        gone.sessions += sessions;
        gone.receipts += receipts;
    }
}
