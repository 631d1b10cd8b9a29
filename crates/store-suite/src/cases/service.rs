//! Services.

use domain::access::{ClientKey, Role, Scopes, Service};
use domain::ports::{Clock, IdSource, SessionEpoch, StoredService};
use domain::value::{OrganizationId, ServiceId};

use crate::ambient::{TestIds, starting_with};
use crate::{Stores, Venue};

/// Every field of every role comes back, and the secret's hash with it.
pub async fn reads_back(stores: &Stores) {
    let venue = Venue::open(stores).await;
    for role in Role::ALL {
        let mut new = venue.service(role);
        new.service.scopes = Scopes::parse("customer_read,organization_settings_write").unwrap();
        let expected = StoredService {
            service: new.service.clone(),
            client_secret: new.client_secret.hash(),
            session_epoch: SessionEpoch::default(),
        };
        assert!(stores.services.add(new).await.unwrap());
        assert_eq!(stores.services.find(&expected.service.client_key).await.unwrap(), Some(expected));
    }
    let nobody = ClientKey::parse("ck-00000000-0000-0000-0000-000000000000").unwrap();
    assert_eq!(stores.services.find(&nobody).await.unwrap(), None);
}

/// All of them, revoked ones too, in the order of creation, whatever ids and buckets say.
pub async fn lists_in_order_of_creation(stores: &Stores) {
    let mut added: Vec<Service> = Vec::new();
    let first = Venue::open(stores).await;
    for first_byte in [255, 0, 127] {
        let venue = Venue::open(stores).await;
        first.clock.advance(1);
        let mut new = venue.service(Role::OrganizationManager);
        new.service.id = ServiceId::from_bits(starting_with(first_byte, TestIds.next()));
        new.service.created_at = first.clock.now();
        added.push(new.service.clone());
        assert!(stores.services.add(new).await.unwrap());
    }
    let at = first.clock.now();
    assert!(stores.services.revoke(&added[1].client_key, at).await.unwrap());
    added[1].revoked_at = Some(at);
    let listed = stores.services.list().await.unwrap();
    let ours: Vec<_> = listed
        .into_iter()
        .filter_map(Result::ok)
        .filter(|service| added.iter().any(|added| added.id == service.id))
        .collect();
    assert_eq!(ours, added);
}

/// A service belongs to an organization that is there.
pub async fn needs_an_organization(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut new = venue.service(Role::PublicApp);
    new.service.organization_id = OrganizationId::from_bits(TestIds.next());
    let client_key = new.service.client_key.clone();
    assert!(!stores.services.add(new).await.unwrap());
    assert_eq!(stores.services.find(&client_key).await.unwrap(), None);
}

/// The first revocation counts; only the service that is named is revoked.
pub async fn is_revoked_once(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (new, other) = (venue.service(Role::Radius), venue.service(Role::Radius));
    let (key, other_key) = (new.service.client_key.clone(), other.service.client_key.clone());
    stores.services.add(new).await.unwrap();
    stores.services.add(other).await.unwrap();
    let first = venue.clock.now();
    assert!(stores.services.revoke(&key, first).await.unwrap());
    venue.clock.advance(1000);
    assert!(stores.services.revoke(&key, venue.clock.now()).await.unwrap());
    let found = |key: ClientKey| async move { stores.services.find(&key).await.unwrap().unwrap().service.revoked_at };
    assert_eq!(found(key).await, Some(first));
    assert_eq!(found(other_key).await, None);
    let nobody = ClientKey::parse("ck-00000000-0000-0000-0000-000000000000").unwrap();
    assert!(!stores.services.revoke(&nobody, first).await.unwrap());
}

/// A RADIUS server's secret leads to it until it is revoked; nothing else does.
pub async fn is_found_by_its_bearer(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (new, other) = (venue.service(Role::Radius), venue.service(Role::Radius));
    let app = venue.service(Role::PublicApp);
    let hashes = [&new, &other].map(|new| new.bearer.as_ref().unwrap().hash());
    let (service, secrets) = (new.service.clone(), [new.client_secret.hash(), app.client_secret.hash()]);
    for new in [new, other, app] {
        stores.services.add(new).await.unwrap();
    }
    assert_eq!(stores.services.find_by_bearer(hashes[0]).await.unwrap().as_ref(), Some(&service));
    for nothing in secrets {
        assert_eq!(stores.services.find_by_bearer(nothing).await.unwrap(), None);
    }
    stores.services.revoke(&service.client_key, venue.clock.now()).await.unwrap();
    assert_eq!(stores.services.find_by_bearer(hashes[0]).await.unwrap(), None);
    assert!(stores.services.find_by_bearer(hashes[1]).await.unwrap().is_some());
}
