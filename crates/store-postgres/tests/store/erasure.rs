//! What is left of a customer who is erased, and who is in the way.

use domain::ports::{CustomerError, InstallationStore, NetworkSessionStore, TokenStore};
use domain::session::{Claims, SessionRecord};
use store_suite::Venue;
use store_suite::trace::Traces;

use crate::rival::{Rival, waiting};
use crate::support::Place;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_person_is_left_in_a_dump() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let traces = Traces::leave(&venue).await;
    let before = traces.found(place.dump().as_bytes());
    for what in [
        "username",
        "first name second",
        "picture second",
        "push token",
        "calling station",
        "+393331119247",
        "1931-12-29",
    ] {
        assert!(before.iter().any(|found| found.contains(what)), "{what} was there");
    }
    assert!(!before.iter().any(|found| found.contains("password")), "a password is sealed");
    venue.write(venue.erase(traces.customer_id)).await.unwrap();
    assert_eq!(traces.found(place.dump().as_bytes()), [""; 0]);
}

/// Whoever gives a customer something waits for the end of an erasure.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_given_to_who_is_being_erased() {
    let place = Place::new();
    let (store, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    let rival = Rival::holding(&place, "DELETE FROM customer").await;
    let (_, new) = venue.token(customer.id, 300, None);
    let report = venue.report(customer.id, "a");
    let claims = Claims { customer_id: Some(customer.id), usernames: vec![] };
    let record = SessionRecord { claims, ..venue.session_record("1") };
    let issuing = tokio::spawn({
        let store = store.clone();
        async move { store.issue(new).await }
    });
    let recording = tokio::spawn({
        let store = store.clone();
        async move { store.record(&record).await }
    });
    let reporting = tokio::spawn(async move { store.report(report).await });
    waiting(&place, 3).await;
    rival.commit().await;
    assert!(matches!(issuing.await.unwrap(), Err(CustomerError::UnknownCustomer)));
    assert_eq!(recording.await.unwrap().unwrap(), None);
    assert!(matches!(reporting.await.unwrap(), Err(CustomerError::UnknownCustomer)));
}
