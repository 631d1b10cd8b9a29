//! The time that housekeeping keeps.

use domain::access::Role;
use domain::housekeeping::Reached;
use domain::ports::Clock;
use jiff::SignedDuration;

use crate::{Stores, Venue};

/// It is there from the first record on. Of two instances the quicker one counts, and the other one learns of it.
pub async fn reads_back_and_the_quicker_instance_counts(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let reached = |hours| {
        let time = venue.clock.now() + SignedDuration::from_hours(hours);
        Reached { time, quiet_until: time + SignedDuration::from_millis(7) }
    };
    let store = &stores.housekeeping;
    assert_eq!(store.reached().await.unwrap(), None);
    assert_eq!(store.reach(None, reached(1)).await.unwrap(), reached(1));
    assert_eq!(store.reached().await.unwrap(), Some(reached(1)));
    assert_eq!(store.reach(None, reached(2)).await.unwrap(), reached(1), "another one was first");
    assert_eq!(store.reach(Some(reached(1)), reached(3)).await.unwrap(), reached(3));
    assert_eq!(store.reach(Some(reached(1)), reached(4)).await.unwrap(), reached(3), "another one was quicker");
    assert_eq!(store.reach(Some(reached(3)), reached(0)).await.unwrap(), reached(0), "a domain rule sets it back");
    assert_eq!(store.reached().await.unwrap(), Some(reached(0)));
}

/// Something tells when it was used last.
pub async fn knows_a_late_write(stores: &Stores) {
    assert_eq!(stores.housekeeping.written_at().await.unwrap(), None, "nothing was written yet");
    let venue = Venue::open(stores).await;
    let begun = venue.clock.now();
    assert_eq!(stores.housekeeping.written_at().await.unwrap(), Some(begun));
    venue.clock.advance(1000);
    stores.services.add(venue.service(Role::PublicApp)).await.unwrap();
    assert_eq!(stores.housekeeping.written_at().await.unwrap(), Some(venue.clock.now()));
    venue.clock.advance(1000);
    venue.create(crate::edit::EditPost::repeatable(venue.post(), "key", "body")).await;
    assert_eq!(stores.housekeeping.written_at().await.unwrap(), Some(venue.clock.now()));
}
