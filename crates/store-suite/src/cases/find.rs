//! Finding by id.

use domain::ports::IdSource;
use domain::value::{CustomerId, OrganizationId};

use crate::ambient::TestIds;
use crate::{Stores, Venue};

/// An organization sees its own customers only, and what is not there is `None`.
pub async fn is_bound_to_the_organization(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let customer = venue.create(venue.post()).await;
    assert_eq!(venue.find(customer.id).await, Some(customer.clone()));
    assert_eq!(other.find(customer.id).await, None);
    assert_eq!(venue.find(CustomerId::from_bits(TestIds.next())).await, None);
    let nowhere = OrganizationId::from_bits(TestIds.next());
    assert_eq!(stores.customers.find(nowhere, customer.id).await.unwrap(), None);
}
