//! Finding by id.

use domain::customer::{Patch, PostCustomer};
use domain::ports::{IdSource, Outcome};
use domain::value::{CustomerId, Email, Language, OrganizationId, PhoneNumber, ShortText, Username};

use crate::ambient::TestIds;
use crate::edit::Edit;
use crate::scroll::{BY_ID, Scroll};
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

/// Values that the rules of today refuse, or write in another way, stay as they are, are found, and can be erased.
pub async fn reads_what_older_versions_accepted(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().with(|changes| {
        let person = &mut changes.person;
        person.phone_number = Patch::Set(PhoneNumber::restore("+4980072267940601").unwrap());
        person.email = Patch::Set(Email::restore("Ada@[127.0.0.1]").unwrap());
        person.ext_id = Patch::Set(ShortText::restore("\u{200B}crm-1\u{A0}").unwrap());
        // And one that they could not read.
        person.language = Patch::Set(Language::parse("zh-Hant-TW").unwrap());
    });
    let username = Some(Username::restore("a\u{200B}da").unwrap());
    let customer = venue.create(PostCustomer { username, ..post }).await;
    assert_eq!(venue.find(customer.id).await, Some(customer.clone()));
    assert_eq!(Scroll::of(&venue, BY_ID).all().await.len(), 1);
    assert!(stores.directory.has_keys(venue.id, &customer.keys()).await.unwrap());
    let found = stores.directory.credential(venue.id, &customer.username).await.unwrap();
    assert_eq!(found.map(|found| found.ext_id), Some(customer.profile.person.ext_id.clone()));

    let named = venue.update(venue.put(customer.id).first_name("Ada")).await;
    assert_eq!(named.keys(), customer.keys());
    let erased = venue.write(venue.erase(customer.id)).await.unwrap();
    assert_eq!(erased.outcome, Outcome::Erased);
    assert!(!stores.directory.has_keys(venue.id, &customer.keys()).await.unwrap());
}
