//! Changing a customer by its id.

use domain::ViolationCode;
use domain::customer::{Customer, Policies, Profile, PutCustomer, Refusal};
use domain::ports::IdSource;
use domain::value::{CustomerId, LocationId, OrganizationId};
use serde_json::json;

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost};
use crate::{Stores, Venue, sample};

/// Every field can be set, and comes back.
pub async fn changes_and_reads_back(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let before = venue.create(venue.post()).await;
    venue.clock.advance(1);
    let put = PutCustomer { changes: sample::every_field(), ..venue.put(before.id) };
    let put = put.lock(false).location(venue.location_id);
    let profile = put.changes.clone().merge(&before.profile).unwrap();
    let expected = Customer { locked: false, profile, modified_at: put.at, ..before.clone() };
    assert_eq!(venue.update(put).await, expected);
    assert_eq!(venue.find(before.id).await, Some(expected.clone()));

    venue.clock.advance(1);
    let put = venue.put(before.id);
    let unchanged = Customer { modified_at: put.at, ..expected };
    assert_eq!(venue.update(put).await, unchanged, "what is absent stays");
    assert_eq!(venue.find(before.id).await, Some(unchanged));
}

/// Null clears every field that can be without a value, group by group or member by member.
pub async fn clears_every_field(stores: &Stores) {
    let venue = Venue::open(stores).await;
    for clears in [sample::clears(), sample::clears_by_member()] {
        let mut post = venue.post();
        post.changes = sample::every_field();
        let before = venue.create(post).await;
        let put = PutCustomer { changes: clears, ..venue.put(before.id) };
        let expected = Customer { profile: Profile::default(), modified_at: put.at, ..before.clone() };
        assert_eq!(venue.update(put).await, expected);
        assert_eq!(expected.profile.policies, Policies::default());
        assert_eq!(venue.find(before.id).await, Some(expected));
    }
}

/// A customer of another organization is told from one that nobody has, and is not touched.
pub async fn tells_foreign_from_unknown(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let theirs = other.create(other.post()).await;
    assert_eq!(venue.refusal(venue.put(theirs.id).email("a@example.org")).await, Refusal::ForeignCustomer);
    assert_eq!(other.find(theirs.id).await, Some(theirs));
    let nobody = CustomerId::from_bits(TestIds.next());
    assert_eq!(venue.refusal(venue.put(nobody).email("a@example.org")).await, Refusal::UnknownCustomer);
    assert_eq!(venue.find(nobody).await, None);
}

/// In an organization that is not there nothing is looked for.
pub async fn needs_an_organization(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let put = PutCustomer { organization_id: OrganizationId::from_bits(TestIds.next()), ..venue.put(customer.id) };
    assert_eq!(venue.refusal(put).await, Refusal::UnknownOrganization);
}

/// A location that is not the organization's leaves everything as it was.
pub async fn refuses_an_unknown_location(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let before = venue.create(venue.post()).await;
    for location_id in [LocationId::from_bits(TestIds.next()), other.location_id] {
        let put = venue.put(before.id).location(location_id).email("a@example.org");
        let Refusal::Invalid(violations) = venue.refusal(put).await else { panic!("another reason") };
        assert_eq!((&*violations[0].field, violations[0].code), ("locationId", ViolationCode::Unknown));
    }
    assert_eq!(venue.find(before.id).await, Some(before));
}

/// What only the merged customer exceeds is refused.
pub async fn refuses_what_grows_too_large(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let half = |name: &str| json!({name: "x".repeat(domain::limits::CUSTOM_BYTES / 2)});
    let before = venue.create(venue.post().custom(half("a"))).await;
    let refusal = venue.refusal(venue.put(before.id).custom(half("b"))).await;
    let Refusal::Invalid(violations) = refusal else { panic!("another reason") };
    assert_eq!((&*violations[0].field, violations[0].code), ("custom", ViolationCode::TooLong));
    assert_eq!(venue.find(before.id).await, Some(before));
}

/// Of a customer who was there before: by a PUT, or by a POST that found it.
pub async fn tells_whether_the_lock_changed(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let created = venue.write(venue.post().email("a@example.org").lock(true)).await.unwrap();
    assert!(!created.lock_changed, "it is new");
    let id = created.customer.id;
    let hit = || venue.post().email("a@example.org").deduplicate("email");
    for (lock, changed) in [(None, false), (Some(true), false), (Some(false), true), (Some(false), false)] {
        let put = PutCustomer { lock, ..venue.put(id) };
        assert_eq!(venue.write(put).await.unwrap().lock_changed, changed, "{lock:?}");
    }
    assert!(venue.write(hit().lock(true)).await.unwrap().lock_changed);
    assert!(!venue.write(hit().lock(true)).await.unwrap().lock_changed);
    assert!(!venue.write(hit()).await.unwrap().lock_changed);
    assert!(!venue.write(venue.erase(id)).await.unwrap().lock_changed);
}
