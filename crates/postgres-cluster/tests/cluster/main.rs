//! The promises of a server, tested on PostgreSQL itself. None of these tests needs an existing server.
#![expect(clippy::unwrap_used, reason = "a failure must end the test")]

mod databases;
mod disappearance;
mod lifecycle;
mod standby;
mod tls;

use postgres_cluster::{Cluster, Settings};

fn quick() -> Cluster {
    Cluster::start(Settings::quick()).unwrap()
}
