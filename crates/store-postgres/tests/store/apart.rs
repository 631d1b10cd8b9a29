//! A store apart, beside one whose connections are all taken.

use std::sync::Arc;

use domain::ports::{CustomerDirectory, NetworkSessionStore, TokenStore};
use domain::session::{Claims, SessionRecord};
use store_postgres::PostgresStore;
use store_suite::edit::EditPost;
use store_suite::{Stores, TestSealer, Venue};

use crate::rival::{Rival, waiting};
use crate::support::Place;

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_all_connections_is_not_in_its_way() {
    let place = Place::new();
    let settings = place.settings().connections(1);
    let store = Arc::new(PostgresStore::open(settings, Arc::new(TestSealer::default())).await.unwrap());
    let stores = Stores::of(store.clone(), ());
    let venue = Venue::open(&stores).await;
    let held = venue.create(venue.post().username("luigi")).await;
    let mario = venue.create(venue.post().username("mario")).await;
    let rival = Rival::holding(&place, &format!("SELECT FROM customer WHERE id = '{}' FOR UPDATE", held.id)).await;
    let (_, new) = venue.token(held.id, 60, None);
    let issuing = tokio::spawn({
        let store = store.clone();
        async move { store.issue(new).await }
    });
    waiting(&place, 1).await;

    let apart = store.apart(2);
    apart.open_connections().await.unwrap();
    let open = place.psql(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'guestbook'",
    );
    assert_eq!(open.trim(), "3", "the only one, and two apart");
    assert!(apart.credential(venue.id, &mario.username).await.unwrap().is_some());
    assert!(apart.credential(venue.id, &held.username).await.unwrap().is_some(), "nobody waits to read");
    let claims = Claims { customer_id: Some(mario.id), usernames: vec![] };
    let record = SessionRecord { claims, ..venue.session_record("1") };
    assert_eq!(apart.record(&record).await.unwrap(), Some(mario.id));
    assert!(!issuing.is_finished(), "the only connection is still taken");
    rival.commit().await;
    issuing.await.unwrap().unwrap();
    apart.close().await;
    assert!(store.credential(venue.id, &mario.username).await.unwrap().is_some(), "the other one goes on");
}
