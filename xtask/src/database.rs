//! The PostgreSQL that tests share.

use std::path::Path;
use std::process::Command;

use postgres_cluster::{Cluster, Settings, TEST_AUTHORITY, TEST_SERVER};

use crate::shell::Failure;

/// Starts a server and tells the tests of it, unless the person who runs them named one: then there is none to hold. It
/// lives as long as what this returns.
pub(crate) fn provide(tests: &mut Command, logs: &Path) -> Result<Option<Cluster>, Failure> {
    if std::env::var_os(TEST_SERVER).is_some_and(|url| !url.is_empty()) {
        println!("the tests use the PostgreSQL that {TEST_SERVER} names");
        return Ok(None);
    }
    // Its log is searched for secrets with those of the tests: a server shows statements that failed.
    let server = Cluster::start(Settings::quick().with_tls().log_to(logs.join("postgresql.log")))?;
    println!("the tests use PostgreSQL {}, started on port {}", server.programs().version, server.port());
    tests.env(TEST_SERVER, server.url("postgres"));
    tests.envs(server.authority().map(|authority| (TEST_AUTHORITY, authority)));
    Ok(Some(server))
}
