//! Organizations.

use domain::organization::{Organization, OrganizationSettings};
use domain::ports::IdSource;
use domain::token::{TokenDefaults, TokenHits, TokenLife};
use domain::value::{LocationId, OrganizationId};

use crate::ambient::{TestClock, TestIds, starting_with};
use crate::edit::text;
use crate::{Stores, Venue};

/// Every field comes back.
pub async fn reads_back(stores: &Stores) {
    let mut new = Venue::new_organization(&TestClock::default());
    new.organization.name = text("Größe \"X\" 😀");
    new.organization.settings = settings();
    let expected = new.organization.clone();
    stores.organizations.add(new).await.unwrap();
    assert_eq!(stores.organizations.find(expected.id).await.unwrap(), Some(expected));
    assert_eq!(stores.organizations.find(OrganizationId::from_bits(TestIds.next())).await.unwrap(), None);
}

fn settings() -> OrganizationSettings {
    let tokens = TokenDefaults { life: TokenLife::new(60).unwrap(), hits: Some(TokenHits::new(3).unwrap()) };
    OrganizationSettings { answer_credentials_on_hit: false, tokens }
}

/// The order of creation, whatever the ids and buckets say.
pub async fn lists_in_order_of_creation(stores: &Stores) {
    let clock = TestClock::default();
    let mut added = Vec::new();
    for first_byte in [255, 0, 127] {
        let mut new = Venue::new_organization(&clock);
        new.organization.id = OrganizationId::from_bits(starting_with(first_byte, TestIds.next()));
        added.push(new.organization.clone());
        stores.organizations.add(new).await.unwrap();
        clock.advance(1);
    }
    let listed = stores.organizations.list().await.unwrap();
    let ours: Vec<Organization> =
        listed.into_iter().filter(|organization| added.iter().any(|added| added.id == organization.id)).collect();
    assert_eq!(ours, added);
}

/// Settings and default location are replaced, and hold for customers from then on; other organizations keep theirs.
pub async fn configures(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let before = stores.organizations.find(other.id).await.unwrap();
    assert!(stores.organizations.configure(venue.id, venue.location_id, settings()).await.unwrap());
    let organization = stores.organizations.find(venue.id).await.unwrap().unwrap();
    assert_eq!(organization.settings, settings());
    assert_eq!(organization.default_location_id, venue.location_id);
    assert_eq!(stores.organizations.find(other.id).await.unwrap(), before);
}

/// With a location that is not its own, or for an organization that is not there, nothing changes.
pub async fn refuses_an_unknown_location(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let before = stores.organizations.find(venue.id).await.unwrap();
    for location_id in [LocationId::from_bits(TestIds.next()), other.location_id] {
        assert!(!stores.organizations.configure(venue.id, location_id, settings()).await.unwrap());
    }
    assert_eq!(stores.organizations.find(venue.id).await.unwrap(), before);
    let nowhere = OrganizationId::from_bits(TestIds.next());
    assert!(!stores.organizations.configure(nowhere, venue.location_id, settings()).await.unwrap());
}
