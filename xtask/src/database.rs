//! The PostgreSQL server that tests share.

use std::path::Path;
use std::process::Command;

use postgres_cluster::{Cluster, Settings, TEST_AUTHORITY, TEST_SERVER};

use crate::shell::Failure;

/// Starts a server and passes its URL to the tests, unless the developer named one: then there is nothing to hold. The
/// server lives as long as the returned value.
pub(crate) fn provide(tests: &mut Command, logs: &Path) -> Result<Option<Cluster>, Failure> {
    if std::env::var_os(TEST_SERVER).is_some_and(|url| !url.is_empty()) {
        println!("the tests use the PostgreSQL that {TEST_SERVER} names");
        return Ok(None);
    }
    // Its log is searched for secrets like those of the tests: a server logs failed statements.
    let server = Cluster::start(Settings::quick().with_tls().log_to(logs.join("postgresql.log")))?;
    println!("the tests use PostgreSQL {}, started on port {}", server.programs().version, server.port());
    tests.env(TEST_SERVER, server.url("postgres"));
    tests.envs(server.authority().map(|authority| (TEST_AUTHORITY, authority)));
    Ok(Some(server))
}
