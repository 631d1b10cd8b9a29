//! Looking up what does not take the whole customer.

use std::sync::Arc;

use domain::customer::{Credential, Customer, Key, KeyKind, Patch};
use domain::ports::IdSource;
use domain::value::{CustomerId, OrganizationId, Username};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost};
use crate::{Stores, Venue};

/// What is to be found of this customer.
fn of(customer: &Customer) -> Credential {
    Credential {
        customer_id: customer.id,
        password: customer.password.clone(),
        locked: customer.locked,
        ext_id: customer.profile.person.ext_id.clone(),
    }
}

fn key(kind: KeyKind, value: &str) -> Key {
    Key { kind, value: value.to_owned() }
}

/// The customer as it is now, and nobody by a name that nobody has.
pub async fn tells_what_a_customer_logs_in_with(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let credential = async |name: &str| {
        let name = Username::parse(name).unwrap();
        stores.directory.credential(venue.id, &name).await.unwrap()
    };
    let mario = venue.create(venue.post().username("mario").password("pä ss").ext_id("crm/1").lock(false)).await;
    assert_eq!(credential("mario").await, Some(of(&mario)));
    let put = venue.put(mario.id).lock(true).with(|changes| changes.person.ext_id = Patch::Clear);
    let locked = venue.update(put).await;
    assert_eq!(credential("mario").await, Some(of(&locked)));
    let bare = venue.create(venue.post()).await;
    assert_eq!(credential(bare.username.as_str()).await, Some(of(&bare)));
    for nobody in ["Mario", "mario ", "mari", "luigi"] {
        assert_eq!(credential(nobody).await, None, "{nobody}");
    }
}

/// Two organizations may have the name, and each finds its own customer.
pub async fn a_username_is_the_organizations(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let ours = venue.create(venue.post().username("mario")).await;
    let name = Username::parse("mario").unwrap();
    assert_eq!(stores.directory.credential(other.id, &name).await.unwrap(), None);
    let theirs = other.create(other.post().username("mario")).await;
    assert_eq!(stores.directory.credential(venue.id, &name).await.unwrap(), Some(of(&ours)));
    assert_eq!(stores.directory.credential(other.id, &name).await.unwrap(), Some(of(&theirs)));
    let nowhere = OrganizationId::from_bits(TestIds.next());
    assert_eq!(stores.directory.credential(nowhere, &name).await.unwrap(), None);
}

/// As long as anybody has the value, in this organization and as this kind of key.
pub async fn a_key_leads_to_whoever_has_it(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let has = async |venue: &Venue<'_>, kind, value: &str| {
        stores.directory.has_keys(venue.id, &[key(kind, value)]).await.unwrap()
    };
    let owner = venue.create(venue.post().email("A@Example.org").phone("+393331234567").ext_id("a")).await;
    let behind = venue.create(venue.post().email("a@example.org")).await;
    for (kind, value, found) in [
        (KeyKind::Email, "a@example.org", true),
        (KeyKind::PhoneNumber, "+393331234567", true),
        (KeyKind::ExtId, "a", true),
        (KeyKind::ExtProp1, "a", false),
        (KeyKind::ExtId, "A", false),
        (KeyKind::Email, "b@example.org", false),
    ] {
        assert_eq!(has(&venue, kind, value).await, found, "{kind:?} {value}");
        assert!(!has(&other, kind, value).await, "{kind:?} {value}");
    }
    for (id, left) in [(owner.id, true), (behind.id, false)] {
        venue.update(venue.put(id).with(|changes| changes.person.email = Patch::Clear)).await;
        assert_eq!(has(&venue, KeyKind::Email, "a@example.org").await, left);
    }
}

/// All of them have to be one person's, who need not own any.
pub async fn several_keys_lead_to_one_customer(stores: &Stores) {
    let venue = Venue::open(stores).await;
    venue.create(venue.post().email("a@example.org").ext_id("a")).await;
    venue.create(venue.post().email("b@example.org").ext_id("b")).await;
    venue.create(venue.post().email("a@example.org").ext_id("b").phone("+393331234567")).await;
    let has = async |email: &str, ext_id: &str, phone: Option<&str>| {
        let mut keys = vec![key(KeyKind::Email, email), key(KeyKind::ExtId, ext_id)];
        keys.extend(phone.map(|phone| key(KeyKind::PhoneNumber, phone)));
        stores.directory.has_keys(venue.id, &keys).await.unwrap()
    };
    assert!(has("a@example.org", "a", None).await);
    assert!(has("a@example.org", "b", None).await, "behind two owners");
    assert!(has("a@example.org", "b", Some("+393331234567")).await);
    assert!(!has("b@example.org", "a", None).await, "two customers");
    assert!(!has("a@example.org", "a", Some("+393331234567")).await);
    assert!(!has("a@example.org", "c", None).await);
    assert!(!stores.directory.has_keys(venue.id, &[]).await.unwrap(), "nobody is sought");
}

/// Whoever has the customer.
pub async fn knows_ids_of_all_organizations(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    for customer in [venue.create(venue.post()).await, other.create(other.post()).await] {
        assert!(stores.directory.exists_anywhere(customer.id).await.unwrap());
    }
    assert!(!stores.directory.exists_anywhere(CustomerId::from_bits(TestIds.next())).await.unwrap());
}

/// Each of many that are asked for at once gets its own answer.
pub async fn many_at_once_are_told_apart(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut asked = Vec::new();
    for n in 0..40 {
        let post = venue.post().username(&format!("guest {n}")).ext_id(&format!("{n}"));
        // Every fourth was never here.
        let customer = if n % 4 > 0 { Some(venue.create(post.clone()).await) } else { None };
        asked.push((post.username.unwrap(), key(KeyKind::ExtId, &n.to_string()), customer.as_ref().map(of)));
    }
    let start = Arc::new(Barrier::new(asked.len() * 5));
    let mut tasks = JoinSet::new();
    for (username, key, expected) in std::iter::repeat_n(&asked, 5).flatten().cloned() {
        let (directory, start, id) = (stores.directory.clone(), start.clone(), venue.id);
        tasks.spawn(async move {
            start.wait().await;
            assert_eq!(directory.has_keys(id, &[key]).await.unwrap(), expected.is_some());
            assert_eq!(directory.credential(id, &username).await.unwrap(), expected);
        });
    }
    tasks.join_all().await;
}
