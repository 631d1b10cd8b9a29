//! Logins during slow calls of the API.

use std::time::Duration;

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::access_point::{log_in, record};
use super::venue::Venue;
use crate::fixture::{Home, PATIENCE};

/// Sessions of the service that wait for a lock.
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'guestbook' AND wait_event_type = 'Lock'";
/// All connections of the API, and how many of them writes may use: a quarter is reserved for reads.
const CONNECTIONS: i64 = 2;
const WRITERS: i64 = 1;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_that_have_every_connection_keep_nobody_off_the_wifi() {
    let home = Home::on_postgres();
    let mut command = home.command(&[]);
    command.env("GUESTBOOK_DATABASE_CONNECTIONS", CONNECTIONS.to_string());
    let venue = Venue::open_with(home, command).await;
    let (held, ada) = (venue.guest("held", "geheim", false).await, venue.guest("ada", "geheim", false).await);
    let mut rival = PgConnection::connect(&venue.home.postgres().unwrap().url()).await.unwrap();
    rival.execute("BEGIN").await.unwrap();
    let lock = format!("SELECT FROM customer WHERE replace(id::text, '-', '') = '{held}' FOR UPDATE");
    rival.execute(AssertSqlSafe(lock)).await.unwrap();
    let ask = |path: String| {
        let manager = venue.manager.clone();
        tokio::spawn(async move { manager.get(&path).await })
    };
    let slow: Vec<_> = (0..8).map(|_| ask(format!("/v2/customers/{held}/token"))).collect();
    // A new connection, since a transaction keeps seeing the first result.
    let mut look = PgConnection::connect(&venue.home.postgres().unwrap().url()).await.unwrap();
    let all_wait = async {
        while sqlx::query_scalar::<_, i64>(WAITING).fetch_one(&mut look).await.unwrap() < WRITERS {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, all_wait).await.unwrap();
    let stuck = ask(format!("/v2/customers/{ada}/token"));

    let began = std::time::Instant::now();
    // Including the locked row: reads do not wait.
    for name in ["ada", "held"] {
        assert!(log_in(&venue.radius, name, "geheim").is_some(), "{name}");
    }
    let start = [("Acct-Status-Type", "Start"), ("Acct-Session-Id", "\"1\""), ("User-Name", "\"ada\"")];
    assert!(record(&venue.radius, &[&start[..], &[("NAS-IP-Address", "10.0.0.1")]].concat()));
    assert!(began.elapsed() < Duration::from_secs(2), "{:?}", began.elapsed());
    assert!(!stuck.is_finished(), "there was a connection left");

    rival.execute("COMMIT").await.unwrap();
    stuck.await.unwrap().ok();
    for slow in slow {
        slow.await.unwrap().ok();
    }
    assert_eq!(venue.sessions(&ada).await.len(), 1);
}
