//! Who owns a value that several customers have.

use domain::customer::{Customer, Patch};
use domain::value::CustomerId;

use crate::edit::{Edit, EditPost};
use crate::{Stores, Venue};

const EMAIL: &str = "a@example.org";

async fn with_email(venue: &Venue<'_>) -> Customer {
    venue.create(venue.post().email(EMAIL)).await
}

/// Whom the address finds.
async fn owner(venue: &Venue<'_>) -> CustomerId {
    venue.update(venue.post().email(EMAIL).deduplicate("email")).await.id
}

/// When the owner changes the value, the next in the queue owns it, and so on.
pub async fn a_value_given_up_goes_to_the_next(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let queue = [with_email(&venue).await, with_email(&venue).await, with_email(&venue).await];
    for customer in &queue {
        assert_eq!(owner(&venue).await, customer.id);
        venue.update(venue.put(customer.id).email("b@example.org")).await;
    }
    venue.create(venue.post().email(EMAIL).deduplicate("email")).await;
}

/// A value that nobody has any more is free.
pub async fn clearing_frees_the_value(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = with_email(&venue).await;
    venue.update(venue.put(customer.id).with(|changes| changes.person.email = Patch::Clear)).await;
    let newcomer = venue.create(venue.post().email(EMAIL).deduplicate("email")).await;
    assert_eq!(owner(&venue).await, newcomer.id);
}

/// Who leaves from the middle of the queue, or comes to its end, changes nothing for those before.
pub async fn leaving_the_queue_keeps_its_order(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let queue = [with_email(&venue).await, with_email(&venue).await, with_email(&venue).await];
    venue.update(venue.put(queue[1].id).email("b@example.org")).await;
    let last = with_email(&venue).await;
    assert_eq!(owner(&venue).await, queue[0].id);
    venue.update(venue.put(queue[0].id).email("b@example.org")).await;
    assert_eq!(owner(&venue).await, queue[2].id);
    venue.update(venue.put(queue[2].id).email("b@example.org")).await;
    assert_eq!(owner(&venue).await, last.id);
}

/// A PUT may take a value that another customer owns, and ranks behind.
pub async fn taking_an_owned_value_ranks_behind(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = with_email(&venue).await;
    let second = venue.create(venue.post()).await;
    let taken = venue.update(venue.put(second.id).email(EMAIL)).await;
    assert_eq!(venue.find(second.id).await, Some(taken));
    assert_eq!(owner(&venue).await, first.id);
    venue.update(venue.put(first.id).email("b@example.org")).await;
    assert_eq!(owner(&venue).await, second.id);
}

/// So may a hit.
pub async fn a_hit_may_take_an_owned_value(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = with_email(&venue).await;
    let second = venue.create(venue.post().ext_id("2")).await;
    assert_eq!(venue.update(venue.post().ext_id("2").email(EMAIL).deduplicate("extId")).await.id, second.id);
    assert_eq!(owner(&venue).await, first.id);
    venue.update(venue.put(first.id).email("b@example.org")).await;
    assert_eq!(owner(&venue).await, second.id);
}

/// Writing the same address in another case gives nothing up.
pub async fn another_case_keeps_the_place(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = with_email(&venue).await;
    with_email(&venue).await;
    venue.update(venue.put(first.id).email("A@EXAMPLE.org")).await;
    assert_eq!(owner(&venue).await, first.id);
}

/// Who gives a value up and takes it again has lost the place.
pub async fn coming_back_ranks_last(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (first, second) = (with_email(&venue).await, with_email(&venue).await);
    venue.update(venue.put(first.id).email("b@example.org")).await;
    venue.update(venue.put(first.id).email(EMAIL)).await;
    assert_eq!(owner(&venue).await, second.id);
    venue.update(venue.put(second.id).email("b@example.org")).await;
    assert_eq!(owner(&venue).await, first.id);
}

/// Every kind of key is given up and taken, also when its group is cleared as a whole.
pub async fn groups_give_up_their_key(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let everything = |name: &str| {
        let mut post = venue.post().deduplicate(name);
        post.changes = crate::sample::every_field();
        post
    };
    let first = venue.create(everything("")).await;
    let second = venue.create(everything("")).await;
    let mut put = venue.put(first.id);
    put.changes = crate::sample::clears();
    venue.update(put).await;
    for kind in domain::customer::KeyKind::ALL {
        assert_eq!(venue.update(everything(kind.as_str())).await.id, second.id, "{}", kind.as_str());
    }
}
