//! The device's guid: a fallback.

use crate::edit::{Edit, EditPost};
use crate::{Stores, Venue};

/// Who sends no better value, or one that nobody has, is found by the device.
pub async fn finds_when_nothing_better_does(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let known = venue.create(venue.post().guid("g")).await;
    assert_eq!(venue.update(venue.post().guid("g").deduplicate("email,guid")).await.id, known.id);
    assert_eq!(venue.update(venue.post().guid("g").deduplicate("guid")).await.id, known.id);
}

/// A person is found by the e-mail, whoever's device it is.
pub async fn yields_to_identity(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let owner = venue.create(venue.post().guid("g")).await;
    let person = venue.create(venue.post().email("a@example.org")).await;
    let hit = venue.update(venue.post().email("a@example.org").guid("g").deduplicate("guid,email")).await;
    assert_eq!(hit.id, person.id);
    let by_device = venue.update(venue.post().guid("g").deduplicate("guid")).await;
    assert_eq!(by_device.id, owner.id, "the newcomer ranks behind");
}

/// The guid takes no part in a conflict: with one identity hit there is none, with two it is not named.
pub async fn never_conflicts(stores: &Stores) {
    let venue = Venue::open(stores).await;
    venue.create(venue.post().guid("g")).await;
    venue.create(venue.post().email("a@example.org")).await;
    venue.create(venue.post().phone("+393331234567")).await;
    let post = venue.post().guid("g").email("a@example.org").phone("+393331234567");
    let refusal = venue.refusal(post.deduplicate("guid,email,phoneNumber")).await;
    let domain::customer::Refusal::DuplicateConflict(conflicts) = refusal else { panic!("another reason") };
    let names: Vec<_> = conflicts.iter().map(|conflict| conflict.kind.as_str()).collect();
    assert_eq!(names, ["email", "phoneNumber"]);
}

/// Who has the device and another value of a name that is asked for is another person.
pub async fn does_not_find_who_contradicts(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let known = venue.create(venue.post().guid("g").email("a@example.org").phone("+393331234567")).await;
    let other = venue.create(venue.post().guid("g").email("b@example.org").deduplicate("email,guid")).await;
    assert_ne!(other.id, known.id);
    let post = venue.post().guid("g").phone("+393331234568").ext_id("1").deduplicate("guid,extId,phoneNumber");
    assert_ne!(venue.create(post).await.id, known.id, "one contradiction is enough");
}

/// What the customer has no value for, or what is not asked for, does not contradict.
pub async fn finds_who_has_no_such_value(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let known = venue.create(venue.post().guid("g").email("a@example.org")).await;
    let hit = venue.update(venue.post().guid("g").phone("+393331234567").deduplicate("phoneNumber,guid")).await;
    assert_eq!(hit.id, known.id);
    let hit = venue.update(venue.post().guid("g").email("b@example.org").deduplicate("guid")).await;
    assert_eq!(hit.id, known.id, "the e-mail is not among the names");
    let hit = venue.update(venue.post().email("b@example.org").deduplicate("email")).await;
    assert_eq!(hit.id, known.id);
}
