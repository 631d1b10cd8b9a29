//! What finds a customer that is there already.

use domain::ViolationCode;
use domain::access::Role;
use domain::customer::{Conflict, Customer, Evidence, KeyKind, Patch, Person, PostCustomer, PutCustomer, Refusal};
use domain::history::{Call, Field};
use domain::ports::IdSource;
use domain::value::{LocationId, Source};
use serde_json::json;

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost, text};
use crate::{Stores, Venue, sample};

/// Without deduplication every POST creates, even with the same values.
pub async fn without_names_it_always_creates(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = venue.create(venue.post().email("a@example.org")).await;
    let second = venue.create(venue.post().email("a@example.org")).await;
    assert_ne!(first.id, second.id);
    assert_eq!(venue.find(first.id).await, Some(first));
    assert_eq!(venue.find(second.id).await, Some(second));
}

/// A name of the list finds by its own value, and a name that is not in the list does not.
pub async fn each_kind_of_key_finds(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let everything = || PostCustomer { changes: sample::every_field(), ..venue.post() };
    let known = venue.create(everything()).await;
    for kind in KeyKind::ALL {
        let found = venue.update(everything().deduplicate(kind.as_str())).await;
        assert_eq!(found.id, known.id, "{}", kind.as_str());
        let mut without = everything().deduplicate(kind.as_str());
        let person = &mut without.changes.person;
        match kind {
            KeyKind::PhoneNumber => person.phone_number = Patch::Keep,
            KeyKind::Email => person.email = Patch::Keep,
            KeyKind::ExtId => person.ext_id = text_of(kind),
            KeyKind::ExtProp1 => person.ext_prop1 = text_of(kind),
            KeyKind::ExtProp2 => person.ext_prop2 = text_of(kind),
            KeyKind::Guid => without.changes.device = Patch::Keep,
        }
        let other = venue.create(without).await;
        assert_ne!(other.id, known.id, "{}", kind.as_str());
    }
}

fn text_of<const MAX: usize>(kind: KeyKind) -> Patch<domain::value::Text<MAX>> {
    Patch::Set(text(&format!("another {}", kind.as_str())))
}

/// The values of other organizations do not count.
pub async fn finds_in_its_own_organization_only(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let theirs = other.create(other.post().email("a@example.org")).await;
    let ours = venue.create(venue.post().email("a@example.org").deduplicate("email")).await;
    assert_ne!(ours.id, theirs.id);
    assert_eq!(other.find(theirs.id).await, Some(theirs));
}

/// Addresses without their case, numbers without their separators, outside ids exactly; equal texts of different kinds
/// are different keys.
pub async fn compares_in_the_form_of_the_key(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let known = venue.create(venue.post().email("Mario@BÜCHER.example").phone("+39 333 123 4567").ext_id("A-1")).await;
    for post in [
        venue.post().email("mario@xn--bcher-kva.EXAMPLE").deduplicate("email"),
        venue.post().phone("+393331234567").deduplicate("phoneNumber"),
        venue.post().ext_id("A-1").deduplicate("extId"),
    ] {
        assert_eq!(venue.update(post).await.id, known.id);
    }
    venue.create(venue.post().ext_id("a-1").deduplicate("extId")).await;
    venue.create(venue.post().guid("A-1").deduplicate("guid")).await;
}

/// Several names that meet one customer are one hit.
pub async fn two_hits_on_one_customer_are_one(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let known = venue.create(venue.post().email("a@example.org").phone("+393331234567").ext_id("1")).await;
    let post = venue.post().email("A@example.org").phone("+393331234567").ext_id("1");
    assert_eq!(venue.update(post.deduplicate("extId,email,phoneNumber")).await.id, known.id);
}

/// Names that meet different customers are a conflict, which tells who met whom in the order of the names; nothing is
/// written.
pub async fn different_customers_conflict(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = venue.create(venue.post().email("a@example.org")).await;
    let second = venue.create(venue.post().phone("+393331234567")).await;
    let post = venue.post().email("a@example.org").phone("+393331234567").ext_id("new").first_name("Luigi");
    let id = post.fresh.id;
    let refusal = venue.refusal(post.deduplicate("extId,phoneNumber,email")).await;
    let conflict = |kind, customer: &Customer| Conflict { kind, customer_id: customer.id };
    assert_eq!(
        refusal,
        Refusal::DuplicateConflict(vec![conflict(KeyKind::PhoneNumber, &second), conflict(KeyKind::Email, &first)])
    );
    assert_eq!(venue.find(id).await, None);
    assert_eq!(venue.find(first.id).await, Some(first));
    assert_eq!(venue.find(second.id).await, Some(second));
    let free = venue.create(venue.post().ext_id("new").deduplicate("extId")).await;
    assert_eq!(venue.find(free.id).await, Some(free));
}

/// A name without a value finds nobody; when none has one, the POST creates.
pub async fn names_without_a_value_are_skipped(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let known = venue.create(venue.post().email("a@example.org")).await;
    let post = venue.post().email("a@example.org").deduplicate("phoneNumber,extId,email,guid");
    assert_eq!(venue.update(post).await.id, known.id);
    venue.create(venue.post().deduplicate("phoneNumber,extId,email,guid")).await;
}

/// Of several customers with one value the one that took it first is found, always.
pub async fn the_oldest_owner_is_the_hit(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let oldest = venue.create(venue.post().email("a@example.org")).await;
    for _ in 0..3 {
        venue.create(venue.post().email("a@example.org")).await;
        let hit = venue.update(venue.post().email("a@example.org").deduplicate("email")).await;
        assert_eq!(hit.id, oldest.id);
    }
}

/// Id, source, credentials and creation stay; the answer and what is stored are the same.
pub async fn a_hit_keeps_what_creation_fixed(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let before = venue.create(venue.post().email("a@example.org").username("mario").password("geheim")).await;
    venue.clock.advance(1000);
    let post = venue.post().email("a@example.org").deduplicate("email").username("luigi").password("anders");
    let post = PostCustomer { source: Source::Kiosk, ..post };
    let at = post.fresh.at;
    let after = venue.update(post).await;
    assert_eq!(after, Customer { modified_at: at, ..before.clone() });
    assert_eq!(venue.find(before.id).await, Some(after));
    venue.create(venue.post().username("luigi")).await;
}

/// A hit needs no consent, and what was consented to stays.
pub async fn a_hit_needs_no_policies(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let before = venue.create(venue.post().email("a@example.org")).await;
    let after = venue.update(venue.post().email("a@example.org").without_policies().deduplicate("email")).await;
    assert_eq!(after.profile.policies, before.profile.policies);
}

/// What is sent overrides, what is absent or null stays, groups merge by member.
pub async fn a_hit_merges(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org").first_name("Mario").guid("g");
    let before = venue.create(post.custom(json!({"a": 1, "b": 2}))).await;
    let mut post = venue.post().email("A@Example.org").custom(json!({"b": 3, "a": null})).phone("+393331234567");
    post.changes.person.first_name = Patch::Clear;
    post.changes.device = Patch::Set(domain::customer::DeviceChanges {
        os: Patch::Set(text("iOS")),
        guid: Patch::Clear,
        ..domain::customer::DeviceChanges::default()
    });
    let after = venue.update(post.deduplicate("email")).await;
    let mut expected = before.clone();
    expected.profile.person.email = Some(domain::value::Email::parse("A@Example.org").unwrap());
    expected.profile.person.phone_number = Some(domain::value::PhoneNumber::parse("+393331234567").unwrap());
    expected.profile.device.os = Some(text("iOS"));
    expected.profile.custom =
        domain::value::Custom::parse(json!({"a": 1, "b": 3}).as_object().unwrap().clone()).unwrap();
    assert_eq!(after, expected);
    assert_eq!(venue.find(before.id).await, Some(after));
    let hit = venue.update(venue.post().phone("+393331234567").deduplicate("phoneNumber")).await;
    assert_eq!(hit.id, before.id, "a hit takes keys");
}

/// A refused update leaves the customer as it was.
pub async fn a_hit_with_an_unknown_location_writes_nothing(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let before = venue.create(venue.post().email("a@example.org")).await;
    let post = venue.post().email("a@example.org").ext_id("new").deduplicate("email");
    let refusal = venue.refusal(post.location(LocationId::from_bits(TestIds.next()))).await;
    let Refusal::Invalid(violations) = refusal else { panic!("another reason") };
    assert_eq!((&*violations[0].field, violations[0].code), ("locationId", ViolationCode::Unknown));
    assert_eq!(venue.find(before.id).await, Some(before));
    venue.create(venue.post().ext_id("new").deduplicate("extId")).await;
}

/// The key of a public app is in everybody's hands.
pub async fn a_public_app_locks_only_its_own_customer_and_never_unlocks(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let known = venue.create(venue.post().email("a@example.org").lock(false)).await;
    let proof = || Evidence { password: Some(known.password.clone()), ..Evidence::default() };
    for (role, evidence, lock, locked) in [
        (Role::PublicApp, Evidence::default(), true, false),
        (Role::PublicApp, proof(), true, true),
        (Role::PublicApp, proof(), false, true),
        (Role::OrganizationManager, Evidence::default(), false, false),
        (Role::OrganizationManager, Evidence::default(), true, true),
    ] {
        let post = venue.post().email("a@example.org").deduplicate("email").lock(lock);
        assert_eq!(venue.update(PostCustomer { role, evidence, ..post }).await.locked, locked);
        assert_eq!(venue.find(known.id).await.unwrap().locked, locked);
    }
}

/// What identifies, vouches for or permits something stays, with its keys, and is a claim in the history; the rest is taken.
pub async fn a_public_app_changes_little_of_whom_it_only_found(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org").guid("g-1").with(|changes| {
        let Patch::Set(device) = &mut changes.device else { unreachable!() };
        device.install_id = Patch::Set(text("install-1"));
    });
    let known = venue.create(post).await;
    let stranger = |post: PostCustomer, install_id: &str| {
        let install_ids = vec![text(install_id)];
        PostCustomer { role: Role::PublicApp, evidence: Evidence { install_ids, ..Evidence::default() }, ..post }
    };
    venue.clock.advance(1);
    let all =
        PostCustomer { changes: sample::every_field(), ..venue.post() }.lock(false).guid("g-1").deduplicate("guid");
    let hit = stranger(all, "install-2");
    let (hit_id, claim_id, taken) = (hit.event_id(), hit.claim_id, hit.changes.person.first_name.clone());
    let mut expected = known.clone();
    let after = venue.update(hit).await;
    expected.modified_at = after.modified_at;
    expected.profile.custom = after.profile.custom.clone();
    let (person, sent) = (&mut expected.profile.person, after.profile.person.clone());
    assert_eq!(sent.first_name, taken.into_value());
    *person = Person {
        email: person.email.clone(),
        phone_number: None,
        phone_verified: None,
        email_verified: None,
        double_optin: None,
        profile_id: None,
        ext_id: None,
        ext_prop1: None,
        ext_prop2: None,
        ..sent
    };
    assert_eq!(after, expected);
    assert_eq!(venue.find(known.id).await, Some(after));
    let history = stores.histories.history(venue.id, known.id, None, 9).await.unwrap();
    let history: Vec<_> = history.into_iter().map(Result::unwrap).collect();
    let told: Vec<_> = history.iter().map(|event| (event.call, event.id)).collect();
    assert_eq!(told[1..], [(Call::Hit, hit_id), (Call::Claim, claim_id)]);
    assert!(history[2].fields.contains(Field::PhoneNumber) && history[2].fields.contains(Field::Lock));
    assert!(history[2].consents().next().is_some(), "what the person is said to agree to is told");

    // The number is still nobody's, and the customer's own device may take it.
    let number = || venue.post().email("a@example.org").phone("+393331234567").deduplicate("email");
    let nobody = venue.create(venue.post().phone("+393331234567").deduplicate("phoneNumber")).await;
    assert_ne!(nobody.id, known.id);
    assert_eq!(venue.update(stranger(number(), "install-1")).await.keys().len(), 3);
    let put = venue.put(known.id).email("eve@example.org");
    let put = PutCustomer { role: Role::PublicApp, ..put };
    assert_eq!(venue.update(put).await.profile.person.email, known.profile.person.email);
    venue.create(venue.post().email("eve@example.org").deduplicate("email")).await;
}

/// They are counted up.
pub async fn a_public_app_finds_nobody_by_outside_ids(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let known = venue.create(venue.post().ext_id("1").email("a@example.org")).await;
    let app = |post: PostCustomer| PostCustomer { role: Role::PublicApp, ..post };
    let other = venue.create(app(venue.post().ext_id("1").deduplicate("extId"))).await;
    assert_ne!(other.id, known.id);
    let both = venue.post().ext_id("1").email("a@example.org").deduplicate("extId,email");
    assert_eq!(venue.update(app(both)).await.id, known.id);
    assert_eq!(venue.update(venue.post().ext_id("1").deduplicate("extId")).await.id, known.id);
}
