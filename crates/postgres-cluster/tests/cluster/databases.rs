//! Databases of tests on one server.

use std::collections::HashSet;

use postgres_cluster::Database;

use crate::quick;

#[test]
fn many_are_made_and_dropped_at_once() {
    let cluster = quick();
    let server = cluster.url("postgres");
    let made = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| Database::create(&server).unwrap())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let names: HashSet<_> = made.iter().map(|database| database.psql("SELECT current_database()").unwrap()).collect();
    assert_eq!(names, made.iter().map(|database| database.name().to_owned()).collect());
    assert_eq!(names.len(), 8);
    drop(made);
    let look = Database::create(&server).unwrap();
    assert_eq!(look.psql("SELECT count(*) FROM pg_database WHERE datname LIKE 'guestbook%'").unwrap(), "1");
}

#[test]
fn output_is_rows_and_nothing_else() {
    let cluster = quick();
    let database = Database::create(&cluster.url("postgres")).unwrap();
    assert_eq!(database.psql("SELECT").unwrap(), "");
    assert_eq!(database.psql("SELECT 'é', 2; VALUES ('x'), (''), ('y')").unwrap(), "é|2\nx\n\ny");
    let error = database.psql("CREATE TABLE t (); SELECT missing").unwrap_err().to_string();
    assert!(error.contains("column \"missing\" does not exist"), "{error}");
    assert!(!error.contains(&cluster.url("")), "{error}");
    assert_eq!(database.psql("SELECT to_regclass('t') IS NULL").unwrap(), "t");
}
