//! Start, kill, stop, and start again.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, Command, Stdio};

use postgres_cluster::{Cluster, Database, Settings, find_program};

use crate::quick;

#[test]
fn what_was_committed_survives_a_kill() {
    let mut cluster = Cluster::start(Settings::durable()).unwrap();
    let database = Database::create(&cluster.url("postgres")).unwrap();
    database.psql("CREATE TABLE guest (name text)").unwrap();
    let first = cluster.process_id().unwrap();
    for round in ["Ada", "Grace"] {
        let busy = witness(&database);
        database.psql(&format!("INSERT INTO guest VALUES ('{round}')")).unwrap();
        cluster.kill().unwrap();
        assert_eq!(cluster.process_id(), None);
        assert!(database.psql("SELECT").is_err());
        assert!(!busy.wait_with_output().unwrap().status.success());
        cluster.restart().unwrap();
    }
    assert_ne!(cluster.process_id(), Some(first));
    assert_eq!(database.psql("SELECT name FROM guest ORDER BY name").unwrap(), "Ada\nGrace");
    assert_eq!(database.psql("SHOW fsync; SHOW full_page_writes; SHOW synchronous_commit").unwrap(), "on\non\non");
    assert!(fs::read_to_string(cluster.log()).unwrap().contains("was not properly shut down"));
}

/// A client whose server process is busy when the server is killed.
fn witness(database: &Database) -> Child {
    let mut command = Command::new(find_program("psql").unwrap());
    command.args(["-X", "-d", &database.url(), "-c", "SELECT pg_sleep(600)"]).stderr(Stdio::null());
    let child = command.spawn().unwrap();
    let sleeps = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'";
    while database.psql(sleeps).unwrap() == "0" {}
    child
}

#[test]
fn a_stop_writes_everything_down_and_the_port_stays() {
    let mut cluster = quick();
    let database = Database::create(&cluster.url("postgres")).unwrap();
    database.psql("CREATE TABLE guest AS SELECT 'Ada' AS name").unwrap();
    let (port, url) = (cluster.port(), database.url());
    cluster.stop().unwrap();
    assert!(cluster.stop().unwrap_err().to_string().contains("does not run"));
    cluster.restart().unwrap();
    assert!(cluster.restart().unwrap_err().to_string().contains("stop or kill it first"));
    assert_eq!((cluster.port(), database.url()), (port, url));
    assert_eq!(database.psql("SELECT name FROM guest").unwrap(), "Ada");
    assert!(!fs::read_to_string(cluster.log()).unwrap().contains("was not properly shut down"));
}

#[test]
fn servers_live_side_by_side() {
    let (first, second) = (quick(), quick());
    assert_ne!(first.port(), second.port());
    let there = Database::create(&first.url("postgres")).unwrap();
    let look = Database::create(&second.url("postgres")).unwrap();
    let count = format!("SELECT count(*) FROM pg_database WHERE datname = '{}'", there.name());
    assert_eq!((there.psql(&count).unwrap(), look.psql(&count).unwrap()), ("1".to_owned(), "0".to_owned()));
    // Another server's password is refused.
    let wrong = first.url("postgres").replace(&first.port().to_string(), &second.port().to_string());
    let refusal = Database::create(&wrong).unwrap_err().to_string();
    assert!(refusal.contains("password authentication failed"), "{refusal}");
}

#[test]
fn a_drop_leaves_nothing() {
    let cluster = quick();
    let (directory, port) = (cluster.directory().to_owned(), cluster.port());
    assert!(directory.join("data/PG_VERSION").is_file());
    drop(cluster);
    assert!(!directory.exists());
    std::net::TcpListener::bind(("127.0.0.1", port)).unwrap();
}

#[test]
fn a_server_that_does_not_start_says_why() {
    let settings = Settings::quick().set("max_connections", "many");
    let error = Cluster::start(settings).unwrap_err().to_string();
    assert!(error.contains("invalid value for parameter \"max_connections\": \"many\""), "{error}");
}

#[test]
fn base_log_and_parameters_are_the_callers() {
    let place = tempfile::tempdir().unwrap();
    let base = place.path().join("base");
    fs::create_dir(&base).unwrap();
    // Under root, the server runs as another user, who must be able to enter it.
    fs::set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
    let log = place.path().join("kept.log");
    let cluster = Cluster::start(Settings::quick().beneath(&base).log_to(&log).set("work_mem", "7MB")).unwrap();
    assert_eq!(cluster.directory().parent(), Some(base.as_path()));
    let database = Database::create(&cluster.url("postgres")).unwrap();
    assert_eq!(database.psql("SHOW work_mem; SHOW max_connections; SHOW fsync").unwrap(), "7MB\n300\noff");
    drop(database);
    drop(cluster);
    assert!(fs::read_to_string(&log).unwrap().contains("ready to accept connections"));
    assert_eq!(fs::read_dir(&base).unwrap().count(), 0);
}
