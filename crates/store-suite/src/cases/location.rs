//! Locations of organizations.

use domain::limits;
use domain::organization::{Address, Location, LocationPage, LocationQuery, Position, Tags};
use domain::ports::{FindLocationError, IdSource};
use domain::value::{Country, Latitude, LocationId, Longitude, OrganizationId, Tag, TimeZone};

use crate::ambient::TestIds;
use crate::edit::text;
use crate::{Stores, Venue};

/// Every field comes back, by itself and in the list.
pub async fn reads_back(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let location = every_field();
    assert!(stores.organizations.add_location(venue.id, location.clone()).await.unwrap());
    assert_eq!(stores.organizations.find_location(venue.id, location.id).await.unwrap(), location);
    let first = stores.organizations.find_location(venue.id, venue.location_id).await.unwrap();
    assert_eq!(first, Location::new(venue.location_id, text("Lobby")));
    let listed = stores.organizations.list_locations(venue.id, query("", 9)).await.unwrap();
    assert_eq!(listed, LocationPage { locations: vec![Ok(first), Ok(location)], next: None });
}

fn every_field() -> Location {
    let position = Position { latitude: Latitude::new(45.4642).unwrap(), longitude: Longitude::new(-9.19).unwrap() };
    Location {
        position: Some(position),
        time_zone: Some(TimeZone::parse("Europe/Rome").unwrap()),
        external_id: Some(text("shop 7")),
        tags: tags("café,\"bar\""),
        address: Address {
            address: Some(text("Via Größe 1")),
            city: Some(text("Milano")),
            state: Some(text("MI")),
            zip: Some(text("20121")),
            country: Some(Country::parse("IT").unwrap()),
        },
        ..Location::new(LocationId::from_bits(TestIds.next()), text("Roof \"Top\" 😀"))
    }
}

fn tags(list: &str) -> Tags {
    let tags = list.split(',').filter(|tag| !tag.is_empty()).map(|tag| Tag::parse(tag).unwrap());
    Tags::new(tags.collect()).unwrap()
}

fn query(list: &str, limit: u16) -> LocationQuery {
    LocationQuery { tags: tags(list), from: LocationId::from_bits(0), limit }
}

/// A location of one's own takes an organization, and customers can be at it.
pub async fn is_added_to_an_organization(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let nowhere = OrganizationId::from_bits(TestIds.next());
    assert!(!stores.organizations.add_location(nowhere, every_field()).await.unwrap());
    assert_eq!(stores.organizations.list_locations(nowhere, query("", 9)).await.unwrap(), LocationPage::default());
    let location = every_field();
    assert!(stores.organizations.add_location(venue.id, location.clone()).await.unwrap());
    let mut post = venue.post();
    post.location_id = Some(location.id);
    assert_eq!(venue.create(post).await.location_id, location.id);
}

/// Another organization's location is told from one that is nowhere, and is in no other list.
pub async fn tells_foreign_from_unknown(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let foreign = stores.organizations.find_location(venue.id, other.location_id).await.unwrap_err();
    assert!(matches!(foreign, FindLocationError::Foreign), "{foreign:?}");
    let nowhere = LocationId::from_bits(TestIds.next());
    let unknown = stores.organizations.find_location(venue.id, nowhere).await.unwrap_err();
    assert!(matches!(unknown, FindLocationError::Unknown), "{unknown:?}");
    let page = stores.organizations.list_locations(venue.id, query("", limits::PAGE)).await.unwrap();
    assert_eq!(ids(&page), [venue.location_id]);
}

fn ids(page: &LocationPage) -> Vec<LocationId> {
    page.locations.iter().map(|location| location.as_ref().unwrap().id).collect()
}

/// Each page goes on where the one before ended.
pub async fn lists_page_by_page(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut added = vec![venue.location_id];
    for _ in 0..4 {
        let location = Location::new(LocationId::from_bits(TestIds.next()), text("Floor"));
        added.push(location.id);
        stores.organizations.add_location(venue.id, location).await.unwrap();
    }
    added.sort_unstable();
    let (mut listed, mut query) = (Vec::new(), query("", 2));
    loop {
        let page = stores.organizations.list_locations(venue.id, query.clone()).await.unwrap();
        listed.push(ids(&page));
        let Some(next) = page.next else { break };
        query.from = next;
    }
    assert_eq!(listed.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(listed.concat(), added);
}

/// One of the tags is enough, and the page is full of those that have one.
pub async fn lists_by_tag(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut added = Vec::new();
    for list in ["bar", "", "café,bar", "Bar", "café", "bar,roof"] {
        let id = LocationId::from_bits(TestIds.next());
        added.push(id);
        let location = Location { tags: tags(list), ..Location::new(id, text("Floor")) };
        stores.organizations.add_location(venue.id, location).await.unwrap();
    }
    for (list, expected) in [("bar", &[0, 2, 5][..]), ("café,roof", &[2, 4, 5]), ("nowhere", &[]), ("ba", &[])] {
        let page = stores.organizations.list_locations(venue.id, query(list, 3)).await.unwrap();
        let mut expected: Vec<_> = expected.iter().map(|place| added[*place]).collect();
        expected.sort_unstable();
        assert_eq!((ids(&page), page.next), (expected, None), "{list}");
    }
}
