//! Forgets what is over.

use std::time::Duration;

use domain::ports::StoreError;
use http_api::Ports;

const INTERVAL: Duration = Duration::from_secs(10 * 60);

/// Forgets expired tokens and sessions now and every ten minutes.
pub(crate) async fn run(ports: Ports) {
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        match purge(&ports).await {
            Ok((0, 0)) => {}
            Ok((tokens, sessions)) => tracing::info!(tokens, sessions, "forgot what has expired"),
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "expired tokens were not forgotten"),
        }
    }
}

async fn purge(ports: &Ports) -> Result<(u64, u64), StoreError> {
    let now = ports.clock.now();
    let (mut tokens, mut sessions) = (0, 0);
    loop {
        let gone = (ports.tokens.purge_tokens(now).await?, ports.sessions.purge_sessions(now).await?);
        if gone == (0, 0) {
            return Ok((tokens, sessions));
        }
        tokens += gone.0;
        sessions += gone.1;
    }
}
