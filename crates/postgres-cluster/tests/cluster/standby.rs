//! A standby, and a pooler in front of a server.

use postgres_cluster::{Database, PoolMode, Pooler};

use crate::quick;

#[test]
fn a_standby_has_what_its_primary_had_and_takes_its_place() {
    let mut primary = quick();
    let database = Database::create(&primary.url("postgres")).unwrap();
    let standby = primary.standby().unwrap();
    primary.wait_for_standbys(1).unwrap();
    database.psql("CREATE TABLE guest AS SELECT 'Ada' AS name").unwrap();
    let refused = standby.psql(database.name(), "DELETE FROM guest").unwrap_err().to_string();
    assert!(refused.contains("read-only transaction"), "{refused}");
    let paused = standby.pause_replication().unwrap();
    primary.kill().unwrap();
    standby.promote(paused).unwrap();
    assert_eq!(standby.psql(database.name(), "DELETE FROM guest RETURNING name").unwrap(), "Ada");
    let timeline = "SELECT substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8)";
    assert_eq!(standby.psql("postgres", timeline).unwrap(), "00000002");
}

#[test]
fn a_pooler_passes_on_in_its_mode() {
    let cluster = quick();
    let database = Database::create(&cluster.url("postgres")).unwrap();
    for mode in [PoolMode::Session, PoolMode::Transaction] {
        let pooler = Pooler::start(&cluster, mode).unwrap();
        let there = Database::create(&pooler.url(&cluster.url("postgres"))).unwrap();
        assert_eq!(there.psql("SELECT current_database()").unwrap(), there.name());
        assert_ne!(there.name(), database.name());
    }
}
