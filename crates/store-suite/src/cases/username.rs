//! Usernames are unique in an organization.

use domain::customer::Refusal;

use crate::edit::{Edit, EditPost};
use crate::{Stores, Venue};

/// A taken name is refused, and neither the customer nor any key of it is left behind.
pub async fn a_taken_name_writes_nothing(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let owner = venue.create(venue.post().username("mario")).await;
    let post = venue.post().username("mario").email("a@example.org").guid("g").deduplicate("email");
    let id = post.fresh.id;
    assert_eq!(venue.refusal(post).await, Refusal::UsernameTaken);
    assert_eq!(venue.find(id).await, None);
    assert_eq!(venue.find(owner.id).await, Some(owner));
    venue.create(venue.post().email("a@example.org").guid("g").deduplicate("email,guid")).await;
}

/// Another case is another name.
pub async fn is_compared_exactly(stores: &Stores) {
    let venue = Venue::open(stores).await;
    for name in ["mario", "Mario", "mario ", "ma\u{301}rio", "má\u{72}io"] {
        venue.create(venue.post().username(name)).await;
    }
}

/// The name is the organization's.
pub async fn is_free_in_another_organization(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    venue.create(venue.post().username("mario")).await;
    other.create(other.post().username("mario")).await;
}

/// A name that was made up is no exception.
pub async fn a_generated_name_may_be_taken_too(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = venue.create(venue.post()).await;
    let mut post = venue.post();
    post.fresh.username = first.username;
    assert_eq!(venue.refusal(post).await, Refusal::UsernameTaken);
}
