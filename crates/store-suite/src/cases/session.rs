//! Sessions of services.

use domain::access::Role;
use domain::ports::{Clock, IdSource, Session, SessionEpoch};
use domain::value::ServiceId;
use jiff::SignedDuration;

use crate::ambient::TestIds;
use crate::{Stores, Venue};

async fn session(venue: &Venue<'_>) -> Session {
    let new = venue.service(Role::OrganizationManager);
    let service_id = new.service.id;
    assert!(venue.stores.services.add(new).await.unwrap());
    another(venue, service_id)
}

fn another(venue: &Venue<'_>, service_id: ServiceId) -> Session {
    let expires_at = venue.clock.now() + SignedDuration::from_secs(60);
    Session { service_id, id: TestIds.next(), epoch: SessionEpoch::default(), expires_at }
}

/// A session tells its service until it is ended, which may happen twice and touches no other session.
pub async fn lives_until_it_ends(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = session(&venue).await;
    let second = another(&venue, first.service_id);
    let service = stores.sessions.service_of(first).await.unwrap().unwrap();
    assert_eq!((service.id, service.organization_id), (first.service_id, venue.id));
    let stored = stores.services.find(&service.client_key).await.unwrap().unwrap();
    assert_eq!(service, stored.service);
    for _ in 0..2 {
        stores.sessions.end(first).await.unwrap();
        assert_eq!(stores.sessions.service_of(first).await.unwrap(), None);
    }
    assert_eq!(stores.sessions.service_of(second).await.unwrap(), Some(service));
}

/// No session outlives its service.
pub async fn dies_with_its_service(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (session, other) = (session(&venue).await, session(&venue).await);
    let service = stores.sessions.service_of(session).await.unwrap().unwrap();
    stores.services.revoke(&service.client_key, venue.clock.now()).await.unwrap();
    assert_eq!(stores.sessions.service_of(session).await.unwrap(), None);
    assert!(stores.sessions.service_of(other).await.unwrap().is_some());
}

/// A session of a service that is not there is none, and ending it is no error.
pub async fn is_nothing_without_a_service(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let session = another(&venue, ServiceId::from_bits(TestIds.next()));
    assert_eq!(stores.sessions.service_of(session).await.unwrap(), None);
    stores.sessions.end(session).await.unwrap();
}

/// Every session of before is dead, of whichever service; those of the new epoch live, until that ends too.
pub async fn all_end_with_their_epoch(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let old = [session(&venue).await, session(&venue).await];
    let epoch = SessionEpoch::new(u128::MAX - 7);
    assert!(stores.sessions.end_all(epoch).await.unwrap() >= 2);
    for session in old {
        assert_eq!(stores.sessions.service_of(session).await.unwrap(), None);
    }
    let new = Session { epoch, ..another(&venue, old[0].service_id) };
    let service = stores.sessions.service_of(new).await.unwrap().unwrap();
    let stored = stores.services.find(&service.client_key).await.unwrap().unwrap();
    assert_eq!(stored.session_epoch, epoch);
    assert!(stores.sessions.service_of(session(&venue).await).await.unwrap().is_some(), "a new service begins with 0");
    stores.sessions.end_all(SessionEpoch::new(5)).await.unwrap();
    assert_eq!(stores.sessions.service_of(new).await.unwrap(), None);
}

/// Forgets that a session was ended once it is expired, when nobody asks any more.
pub async fn purge_forgets_the_expired(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let short = session(&venue).await;
    let long =
        Session { expires_at: short.expires_at + SignedDuration::from_secs(1), ..another(&venue, short.service_id) };
    stores.sessions.end(short).await.unwrap();
    stores.sessions.end(long).await.unwrap();
    stores.sessions.purge_sessions(short.expires_at - SignedDuration::from_secs(1)).await.unwrap();
    assert_eq!(stores.sessions.service_of(short).await.unwrap(), None, "still remembered");
    assert!(stores.sessions.purge_sessions(short.expires_at).await.unwrap() >= 1);
    assert!(stores.sessions.service_of(short).await.unwrap().is_some(), "forgotten");
    assert_eq!(stores.sessions.service_of(long).await.unwrap(), None);
}
