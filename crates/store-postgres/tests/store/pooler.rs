//! A server behind PgBouncer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ports::{CustomerDirectory, CustomerStore, Readiness};
use postgres_cluster::{Cluster, Database, PoolMode, Pooler, Settings as ClusterSettings};
use store_postgres::{OpenError, PostgresStore, Settings};
use store_suite::edit::{Edit, EditPost};
use store_suite::{IntoCommand, Stores, TestSealer, Venue};

use crate::support::open;

/// What PgBouncer gives a user and a database unless it is told otherwise.
const DEFAULT_POOL_SIZE: u32 = 20;

#[tokio::test(flavor = "multi_thread")]
async fn session_mode_needs_no_settings() {
    let cluster = Cluster::start(ClusterSettings::quick()).unwrap();
    let database = Database::create(&cluster.url("postgres")).unwrap();
    let pooler = Pooler::start(&cluster, PoolMode::Session).unwrap();
    let url = pooler.url(&database.url());
    let settings = Settings::parse(&url).unwrap();
    // All that one instance has at once: the store's own, and those of its stores apart.
    let store = Arc::new(PostgresStore::open(settings, Arc::new(TestSealer::default())).await.unwrap());
    let stores = Stores::of(store.clone(), ());
    let venue = Venue::open(&stores).await;
    let batches = (0..DEFAULT_POOL_SIZE).map(|number| {
        let posts =
            (0..3).map(|row| venue.post().email(&format!("{number}-{row}@example.org")).into_command()).collect();
        let store = store.clone();
        tokio::spawn(async move { store.write(posts).await })
    });
    let batches: Vec<_> = batches.collect();
    for batch in batches {
        assert!(batch.await.unwrap().unwrap().iter().all(Result::is_ok));
    }
    let customer = venue.create(venue.post().username("mario")).await;
    let apart = store.apart(4);
    assert!(apart.credential(venue.id, &customer.username).await.unwrap().is_some());
    store.check().await.unwrap();
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'guestbook'";
    let sessions: u32 = database.psql(sessions).unwrap().parse().unwrap();
    assert!((1..=DEFAULT_POOL_SIZE).contains(&sessions), "{sessions} sessions");
    apart.close().await;
    store.close().await;
    // Those that were given back are given out again, whatever the session before was told.
    let again = open(&url).await.unwrap();
    again.check().await.unwrap();
    again.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transaction_mode_is_refused_before_anything_is_written() {
    let cluster = Cluster::start(ClusterSettings::quick()).unwrap();
    let database = Database::create(&cluster.url("postgres")).unwrap();
    let pooler = Pooler::start(&cluster, PoolMode::Transaction).unwrap();
    let url = pooler.url(&database.url());
    for _ in 0..3 {
        let started = Instant::now();
        let refused = open(&url).await.unwrap_err();
        assert!(matches!(refused, OpenError::SharedSessions { .. }), "{refused:?}");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        let told = refused.to_string();
        assert!(told.contains("pool mode") && !told.contains('\n'), "{told}");
    }
    assert_eq!(
        database.psql("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace").unwrap(),
        "0"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_says_behind_a_pooler_is_told_at_once() {
    let cluster = Cluster::start(ClusterSettings::quick()).unwrap();
    let pooler = Pooler::start(&cluster, PoolMode::Session).unwrap();
    let nowhere = pooler.url(&cluster.url("nowhere"));
    let (user, rest) = nowhere.rsplit_once('@').unwrap();
    let stranger = format!("{}:secret@{rest}", user.rsplit_once(':').unwrap().0);
    for (url, says) in [(&nowhere, "database \"nowhere\" does not exist"), (&stranger, "authentication failed")] {
        let started = Instant::now();
        let refused = open(url).await.unwrap_err();
        assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused:?}");
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        let told = std::error::Error::source(&refused).unwrap().to_string();
        assert!(told.contains(says) && !told.contains('\n') && !told.contains("secret"), "{told}");
    }
}
