//! What is promised of a server, tried on PostgreSQL itself. None of these tests needs a server to be there before.
#![expect(clippy::unwrap_used, reason = "a failure is to end the test")]

mod databases;
mod disappearance;
mod lifecycle;
mod standby;
mod tls;

use postgres_cluster::{Cluster, Settings};

fn quick() -> Cluster {
    Cluster::start(Settings::quick()).unwrap()
}
