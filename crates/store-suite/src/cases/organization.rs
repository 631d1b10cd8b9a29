//! Organizations.

use std::sync::Arc;

use domain::customer::Patch;
use domain::organization::{Organization, OrganizationSettings, SettingsChanges, TokenChanges, Wpa2Changes};
use domain::ports::{ConfigureError, IdSource, Removal};
use domain::token::TokenLife;
use domain::value::{LocationId, OrganizationId, Ssid};
use tokio::sync::Barrier;

use crate::ambient::{TestClock, TestIds, starting_with};
use crate::edit::text;
use crate::{Stores, Venue, settings};

/// Every field comes back.
pub async fn reads_back(stores: &Stores) {
    let mut new = Venue::new_organization(&TestClock::default());
    new.organization.name = text("Größe \"X\" 😀");
    new.organization.settings = settings::every();
    let expected = new.organization.clone();
    stores.organizations.add(new).await.unwrap();
    assert_eq!(stores.organizations.find(expected.id).await.unwrap(), Some(expected));
    assert_eq!(stores.organizations.find(OrganizationId::from_bits(TestIds.next())).await.unwrap(), None);
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
    let ours: Vec<Organization> = listed
        .into_iter()
        .filter_map(Result::ok)
        .filter(|organization| added.iter().any(|added| added.id == organization.id))
        .collect();
    assert_eq!(ours, added);
}

/// What is not named stays, and other organizations keep theirs. What is told is what is stored.
pub async fn configures(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let before = stores.organizations.find(other.id).await.unwrap();
    let changed = stores.organizations.configure(venue.id, settings::every_change()).await.unwrap();
    assert_eq!(changed.settings, settings::every());
    assert_eq!(stores.organizations.find(venue.id).await.unwrap(), Some(changed.clone()));

    let tokens = TokenChanges { life: Patch::Set(TokenLife::new(90).unwrap()), hits: Patch::Keep };
    let longer = SettingsChanges { tokens: Patch::Set(tokens), ..SettingsChanges::default() };
    let longer = stores.organizations.configure(venue.id, longer).await.unwrap();
    assert_eq!(longer.settings.tokens.life.seconds(), 90);
    assert_eq!(longer.settings.tokens.hits, changed.settings.tokens.hits);
    let tokens = changed.settings.tokens;
    assert_eq!(OrganizationSettings { tokens, ..longer.settings }, changed.settings);
    assert_eq!(stores.organizations.find(other.id).await.unwrap(), before);
}

/// Changes of different settings that come at the same time are all there in the end.
pub async fn changes_at_once_undo_nothing(stores: &Stores) {
    let venue = Venue::open(stores).await;
    for round in 0..20 {
        let ssid = Ssid::parse(&format!("guests {round}")).unwrap();
        let life = TokenLife::new(60 + round).unwrap();
        let wpa2 = Wpa2Changes { ssid: Patch::Set(ssid.clone()), ssid_hidden: Patch::Keep };
        let tokens = TokenChanges { life: Patch::Set(life), hits: Patch::Keep };
        let start = Arc::new(Barrier::new(2));
        let change = |changes| {
            let (organizations, start, id) = (stores.organizations.clone(), start.clone(), venue.id);
            tokio::spawn(async move {
                start.wait().await;
                organizations.configure(id, changes).await.unwrap()
            })
        };
        let one = change(SettingsChanges { wpa2: Patch::Set(wpa2), ..SettingsChanges::default() });
        let other = change(SettingsChanges { tokens: Patch::Set(tokens), ..SettingsChanges::default() });
        one.await.unwrap();
        other.await.unwrap();
        let settings = stores.organizations.find(venue.id).await.unwrap().unwrap().settings;
        assert_eq!((settings.wpa2.ssid, settings.tokens.life), (Some(ssid), life));
    }
}

/// With a location that is not its own, or for an organization that is not there, nothing changes.
pub async fn refuses_an_unknown_location(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let before = stores.organizations.find(venue.id).await.unwrap();
    let to = |id| SettingsChanges { default_location_id: Patch::Set(id), ..settings::every_change() };
    for location_id in [LocationId::from_bits(TestIds.next()), other.location_id] {
        let refused = stores.organizations.configure(venue.id, to(location_id)).await.unwrap_err();
        assert!(matches!(refused, ConfigureError::UnknownLocation), "{refused:?}");
    }
    assert_eq!(stores.organizations.find(venue.id).await.unwrap(), before);
    let nowhere = OrganizationId::from_bits(TestIds.next());
    let refused = stores.organizations.configure(nowhere, to(venue.location_id)).await.unwrap_err();
    assert!(matches!(refused, ConfigureError::UnknownOrganization), "{refused:?}");
    assert_eq!(stores.organizations.find(nowhere).await.unwrap(), None);
}

/// Nothing but the name changes.
pub async fn is_renamed(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let find = async |id| stores.organizations.find(id).await.unwrap();
    let (before, others) = (find(venue.id).await.unwrap(), find(other.id).await);
    assert!(stores.organizations.rename(venue.id, text("Grand Hotel")).await.unwrap());
    assert_eq!(find(venue.id).await, Some(Organization { name: text("Grand Hotel"), ..before }));
    assert_eq!(find(other.id).await, others);
    assert!(!stores.organizations.rename(OrganizationId::from_bits(TestIds.next()), text("Nobody's")).await.unwrap());
}

/// One with customers stays as it was.
pub async fn is_removed_without_customers(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let customer = venue.create(venue.post()).await;
    let before = stores.organizations.find(venue.id).await.unwrap();
    assert_eq!(stores.organizations.remove(venue.id).await.unwrap(), Removal::HasCustomers);
    assert_eq!(stores.organizations.find(venue.id).await.unwrap(), before);
    assert_eq!(venue.find(customer.id).await, Some(customer.clone()));

    venue.write(venue.erase(customer.id)).await.unwrap();
    assert_eq!(stores.organizations.remove(venue.id).await.unwrap(), Removal::Removed);
    assert_eq!(stores.organizations.find(venue.id).await.unwrap(), None);
    assert!(stores.organizations.find_location(venue.id, venue.location_id).await.is_err());
    assert!(stores.organizations.find_location(other.id, other.location_id).await.is_ok());
    assert_eq!(stores.organizations.remove(venue.id).await.unwrap(), Removal::Unknown);
}
