//! The runtime of urgent requests.

use tokio::runtime::{Builder, Runtime};

use crate::failure::Failure;

/// One thread may be busy with a longer request, such as all metrics, while the other answers a login.
const URGENT_THREADS: usize = 2;

/// The runtime for urgent work: accepting connections, and requests of RADIUS servers, health checks and for metrics.
pub(crate) fn urgent() -> Result<Runtime, Failure> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(URGENT_THREADS).thread_name("urgent").enable_all();
    builder.build().map_err(|error| Failure::new("starting threads", &error))
}
