//! A synchronous standby that is away: commits wait for it, and nobody else does.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ports::{CustomerStore, Readiness, StoreError, TokenStore};
use postgres_cluster::{Cluster, Database, Settings as ClusterSettings};
use store_postgres::{PostgresStore, Settings};
use store_suite::edit::Edit;
use store_suite::{IntoCommand, Stores, TestSealer, Venue};

use crate::lost_commit::IN_TIME;

/// A quarter of them is left to those who read.
const CONNECTIONS: u32 = 8;
const WRITERS: usize = 6;
/// Far more writes than there are connections.
const WRITES: usize = 30;
const WAITING: &str = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

#[tokio::test(flavor = "multi_thread")]
async fn commits_that_wait_for_a_standby_are_few_and_in_nobodys_way() {
    let cluster = Cluster::start(ClusterSettings::quick()).unwrap();
    let database = Database::create(&cluster.url("postgres")).unwrap();
    let settings = Settings::parse(&database.url()).unwrap().connections(CONNECTIONS);
    let store = Arc::new(PostgresStore::open(settings, Arc::new(TestSealer::default())).await.unwrap());
    let stores = Stores::of(store.clone(), ());
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    store.check().await.unwrap();
    cluster.set_synchronous("nobody").unwrap();

    let started = Instant::now();
    let writes: Vec<_> = (0..WRITES)
        .map(|number| {
            let post = venue.post().email(&format!("{number}@example.org")).into_command();
            let store = store.clone();
            tokio::spawn(async move { store.write(vec![post]).await })
        })
        .collect();
    let (session, id) = (venue.token(customer.id, 60, None).1, customer.id);
    let issuing = tokio::spawn({
        let store = store.clone();
        async move { store.issue(session).await }
    });
    for write in writes {
        // Nobody knows whether it will be durable, so nobody is told that it is.
        assert!(matches!(write.await.unwrap(), Err(StoreError::Unavailable(_))));
        assert!(started.elapsed() < IN_TIME, "{:?}", started.elapsed());
        let asked = Instant::now();
        assert!(CustomerStore::find(&*store, venue.id, id).await.unwrap().is_some());
        assert!(asked.elapsed() < Duration::from_secs(2), "a read waited {:?}", asked.elapsed());
    }
    assert!(issuing.await.unwrap().is_err());
    let waiting: usize = database.psql(WAITING).unwrap().parse().unwrap();
    assert!((1..=WRITERS).contains(&waiting), "{waiting} commits wait");
    assert!(matches!(store.check().await, Err(StoreError::Unavailable(_))));
    // Whatever is asked for now takes no more processes.
    for _ in 0..2 {
        assert!(stores.customers.write(vec![venue.post().into_command()]).await.is_err());
    }
    let waiting: usize = database.psql(WAITING).unwrap().parse().unwrap();
    assert!(waiting <= WRITERS, "{waiting} commits wait");

    cluster.set_synchronous("").unwrap();
    let deadline = Instant::now() + IN_TIME;
    while stores.customers.write(vec![venue.put(id).first_name("Mario").into_command()]).await.is_err() {
        assert!(Instant::now() < deadline, "the store does not go on");
    }
    store.check().await.unwrap();
    assert_eq!(database.psql(WAITING).unwrap(), "0");
    store.close().await;
}
