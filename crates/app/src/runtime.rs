//! The runtime of requests that must not wait for others.

use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;

/// One of them may be at something longer, such as all metrics, while the other answers a login.
const URGENT_THREADS: usize = 2;

/// A runtime for what must not wait: accepting connections, and requests of RADIUS servers, health checks and for metrics.
pub(crate) fn urgent() -> Result<Runtime, Failure> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(URGENT_THREADS).thread_name("urgent").enable_all();
    builder.build().map_err(|error| Failure::new("starting threads", &error))
}
