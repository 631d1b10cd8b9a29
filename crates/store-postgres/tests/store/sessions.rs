//! Sessions of the store that come to an end, or to a halt, in the middle of what they do.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use domain::ports::{Outcome, StoreError};
use domain::value::CustomerId;
use store_postgres::PostgresStore;
use store_suite::edit::{Edit, EditPost};
use store_suite::{IntoCommand, Stores, TestSealer, Venue};
use tokio::task::yield_now;

use crate::rival::{Rival, end_waiting, until, waiting};
use crate::support::{Place, start};

#[tokio::test(flavor = "multi_thread")]
async fn a_deadlock_is_resolved() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let (one, two) = (venue.create(venue.post()).await, venue.create(venue.post()).await);
    let change = |id: CustomerId| format!("UPDATE customer SET version = version + 1 WHERE id = '{id}'");
    // It does not look for deadlocks itself, so that the store is the one who gives way.
    let mut rival = Rival::holding(&place, "SET deadlock_timeout = '60s'").await;
    rival.run(&change(two.id)).await;
    let batch = [&two, &one].map(|customer| venue.put(customer.id).first_name("Mario").into_command()).to_vec();
    let customers = stores.customers.clone();
    let writing = tokio::spawn(async move { customers.write(batch).await.unwrap() });
    waiting(&place, 1).await;
    rival.run(&change(one.id)).await;
    rival.commit().await;
    for answer in writing.await.unwrap() {
        assert_eq!(answer.unwrap().outcome, Outcome::Updated);
    }
    assert_eq!(place.psql("SELECT version, first_name FROM customer"), "3|Mario\n3|Mario");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_held_for_good_makes_the_store_unavailable() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    let rival = Rival::holding(&place, "SELECT FROM customer FOR UPDATE").await;
    let started = Instant::now();
    let put = || vec![venue.put(customer.id).first_name("Mario").into_command()];
    let failed = stores.customers.write(put()).await.unwrap_err();
    assert!(matches!(failed, StoreError::Unavailable(_)), "{failed:?}");
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    // Others are not concerned, and neither is the same one afterwards.
    venue.create(venue.post()).await;
    rival.commit().await;
    assert!(stores.customers.write(put()).await.unwrap()[0].is_ok());
    assert_eq!(place.psql("SELECT max(version) FROM customer"), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_session_is_ended_is_carried_out_once() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    let rival = Rival::holding(&place, "SELECT FROM customer FOR UPDATE").await;
    let batch = vec![
        venue.post().email("a@example.org").into_command(),
        venue.post().email("a@example.org").deduplicate("email").first_name("Mario").into_command(),
        venue.put(customer.id).first_name("Luigi").into_command(),
    ];
    let customers = stores.customers.clone();
    let writing = tokio::spawn(async move { customers.write(batch).await.unwrap() });
    waiting(&place, 1).await;
    end_waiting(&place).await;
    // It is back, in another session.
    waiting(&place, 1).await;
    rival.commit().await;
    assert!(writing.await.unwrap().iter().all(Result::is_ok));
    assert_eq!(place.psql("SELECT first_name, version FROM customer ORDER BY 1"), "Luigi|2\nMario|2");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_that_ended_unnoticed_are_replaced() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let several: Vec<_> = (0..4).map(|_| start(&venue, venue.post())).collect();
    for writing in several {
        writing.await.unwrap();
    }
    let ours = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'guestbook'";
    place.psql(&format!("SELECT pg_terminate_backend(pid) {ours}"));
    until(&place, &format!("SELECT count(*) = 0 {ours}")).await;
    let customer = venue.create(venue.post()).await;
    assert_eq!(venue.find(customer.id).await, Some(customer));
}

/// Polls so often, then drops. Whether it was ready by then.
async fn abandon_after(polls: usize, work: impl Future) -> bool {
    let mut work = pin!(work);
    for _ in 0..polls {
        if poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_ready())).await {
            return true;
        }
        yield_now().await;
    }
    false
}

/// What the next callers are told to be written is written: it was not put into the transaction of somebody who left.
#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_write_leaves_no_transaction_behind() {
    let place = Place::new();
    // One connection: the next caller gets the very one that was left.
    let store = PostgresStore::open(place.settings().connections(1), Arc::new(TestSealer::default())).await.unwrap();
    let stores = Stores::of(Arc::new(store), ());
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    let mut look = Rival::of(&place).await;
    let (mut polls, mut finished) = (0, false);
    while !finished || polls < 64 {
        finished |= abandon_after(polls, venue.write(venue.put(customer.id).first_name("Mario"))).await;
        // One statement, which needs no transaction and begins none.
        let (_, token) = venue.token(customer.id, 60, None);
        let issued = format!("SELECT count(*) FROM customer_token WHERE hash = '\\x{}'", hex(token.hash.as_bytes()));
        stores.tokens.issue(token).await.unwrap();
        assert_eq!(look.ask(&issued).await, "1", "after {polls} polls");
        let other = venue.create(venue.post()).await;
        let stored = format!("SELECT count(*) FROM customer WHERE id = '{}'", other.id);
        assert_eq!(look.ask(&stored).await, "1", "after {polls} polls");
        polls += 1 + polls / 8;
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
