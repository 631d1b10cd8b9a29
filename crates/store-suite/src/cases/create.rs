//! What a POST that meets nobody creates.

use domain::ViolationCode;
use domain::customer::{Customer, Patch, Policies, PostCustomer, Profile, ProfileChanges, Refusal};
use domain::ports::{CommandError, IdSource, Outcome};
use domain::value::{LocationId, OrganizationId, Source};

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost, accepted};
use crate::{Stores, Venue, sample};

/// Every field comes back as it was given.
pub async fn reads_back_every_field(stores: &Stores) {
    let venue = Venue::open(stores).await;
    for source in Source::ALL {
        let post = PostCustomer {
            source: *source,
            changes: sample::every_field(),
            ..venue.post().username(source.as_str()).password("pä ss\"").location(venue.location_id).lock(false)
        };
        let expected = expected(&venue, &post);
        assert_eq!(venue.create(post).await, expected);
        assert_eq!(venue.find(expected.id).await, Some(expected));
    }
}

/// What was not given stays without a value.
pub async fn reads_back_a_bare_customer(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let policies = Policies { privacy: Some(true), terms_of_use: Some(true), ..Policies::default() };
    assert_eq!(customer.profile, Profile { policies, ..Profile::default() });
    assert_eq!(venue.find(customer.id).await, Some(customer));
}

/// Values at their limits fit.
pub async fn reads_back_the_widest_values(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let password = "\u{ffff}".repeat(42);
    let post = venue.post().username(&"ä".repeat(31)).password(&password);
    let post = PostCustomer { changes: sample::widest(), ..post };
    let expected = expected(&venue, &post);
    venue.create(post.clone()).await;
    assert_eq!(venue.find(expected.id).await, Some(expected.clone()));
    let again = PostCustomer { fresh: venue.post().fresh, ..post }.deduplicate("guid,extId,email");
    assert_eq!(venue.update(again).await.id, expected.id, "the widest values are keys like any other");
}

fn expected(venue: &Venue<'_>, post: &PostCustomer) -> Customer {
    Customer {
        id: post.fresh.id,
        organization_id: venue.id,
        location_id: venue.location_id,
        source: post.source,
        username: post.username.clone().unwrap(),
        password: post.password.clone().unwrap(),
        locked: post.lock.unwrap_or(true),
        profile: post.changes.clone().merge(&Profile::default()).unwrap(),
        created_at: post.fresh.at,
        modified_at: post.fresh.at,
    }
}

/// Without a location it is the organization's default one.
pub async fn takes_the_default_location(stores: &Stores) {
    let venue = Venue::open(stores).await;
    assert_eq!(venue.create(venue.post()).await.location_id, venue.location_id);
}

/// A location that is named is taken.
pub async fn takes_a_named_location(stores: &Stores) {
    let venue = Venue::open(stores).await;
    assert_eq!(venue.create(venue.post().location(venue.location_id)).await.location_id, venue.location_id);
}

/// A location that nobody has is refused with its path.
pub async fn refuses_an_unknown_location(stores: &Stores) {
    let venue = Venue::open(stores).await;
    refuses_location(&venue, LocationId::from_bits(TestIds.next())).await;
}

/// A location of another organization is as good as none.
pub async fn refuses_another_organizations_location(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    refuses_location(&venue, other.location_id).await;
}

async fn refuses_location(venue: &Venue<'_>, location_id: LocationId) {
    let post = venue.post().location(location_id);
    let id = post.fresh.id;
    let Refusal::Invalid(violations) = venue.refusal(post).await else { panic!("refused for another reason") };
    assert_eq!(violations.len(), 1);
    assert_eq!((&*violations[0].field, violations[0].code), ("locationId", ViolationCode::Unknown));
    assert_eq!(venue.find(id).await, None);
}

/// Without both policies nothing is written, neither the customer nor its keys.
pub async fn needs_policies(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let denied = domain::customer::PolicyChanges { terms_of_use: Patch::Set(false), ..accepted() };
    let post = |changes: ProfileChanges| PostCustomer { changes, ..venue.post() }.email("a@example.org");
    for (policies, missing) in [
        (Patch::Keep, &["policies.termsOfUse", "policies.privacy"][..]),
        (Patch::Set(denied), &["policies.termsOfUse"]),
    ] {
        let post = post(ProfileChanges { policies, ..ProfileChanges::default() }).deduplicate("email");
        let id = post.fresh.id;
        let Refusal::PolicyNotAccepted(violations) = venue.refusal(post).await else { panic!("another reason") };
        assert_eq!(violations.iter().map(|violation| &*violation.field).collect::<Vec<_>>(), missing);
        assert_eq!(venue.find(id).await, None);
    }
    venue.create(venue.post().email("a@example.org").deduplicate("email")).await;
}

/// Nothing is created in an organization that is not there.
pub async fn needs_an_organization(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let nowhere = OrganizationId::from_bits(TestIds.next());
    let post = PostCustomer { organization_id: nowhere, ..venue.post().email("a@example.org").deduplicate("email") };
    let id = post.fresh.id;
    assert_eq!(venue.refusal(post).await, Refusal::UnknownOrganization);
    assert_eq!(stores.customers.find(nowhere, id).await.unwrap(), None);
}

/// A new customer is locked unless the request says otherwise.
pub async fn locks_unless_told_not_to(stores: &Stores) {
    let venue = Venue::open(stores).await;
    for (post, locked) in [(venue.post(), true), (venue.post().lock(true), true), (venue.post().lock(false), false)] {
        let customer = venue.create(post).await;
        assert_eq!(customer.locked, locked);
        assert_eq!(venue.find(customer.id).await.unwrap().locked, locked);
    }
}

/// Credentials that are given are taken, others are made.
pub async fn takes_given_credentials(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let given = venue.create(venue.post().username("mario").password("geheim")).await;
    assert_eq!((given.username.as_str(), given.password.reveal()), ("mario", "geheim"));
    assert_eq!(venue.find(given.id).await, Some(given));
    let post = venue.post();
    let fresh = post.fresh.clone();
    let made = venue.create(post).await;
    assert_eq!((&made.username, &made.password), (&fresh.username, &fresh.password));
    assert_eq!(venue.find(made.id).await, Some(made));
}

/// A command whose answer was lost is sent again: no second customer, and nothing is written.
pub async fn a_repeated_command_creates_once(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org").username("mario");
    let created = venue.create(post.clone()).await;
    venue.clock.advance(1000);
    let changed = venue.update(venue.put(created.id).email("b@example.org").lock(false)).await;
    let again = venue.write(post).await.unwrap();
    assert_eq!((again.outcome, &again.customer), (Outcome::Created, &changed));
    assert_eq!(venue.find(created.id).await, Some(changed));
    let other = venue.create(venue.post().email("a@example.org").deduplicate("email")).await;
    assert_ne!(other.id, created.id, "the repeated command took no key again");
}

/// The same when the request's own values would find the customer now.
pub async fn a_repeated_hit_answers_the_creation(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org").deduplicate("email");
    let created = venue.create(post.clone()).await;
    let again = venue.write(post).await.unwrap();
    assert_eq!((again.outcome, again.customer), (Outcome::Created, created));
}

/// Also when its values lead to two others by now, so that it would be refused.
pub async fn a_repeated_command_meets_no_conflict(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org").ext_id("a").deduplicate("email,extId");
    let created = venue.create(post.clone()).await;
    let put = venue.put(created.id).with(|changes| {
        (changes.person.email, changes.person.ext_id) = (Patch::Clear, Patch::Clear);
    });
    let changed = venue.update(put).await;
    venue.create(venue.post().email("a@example.org")).await;
    venue.create(venue.post().ext_id("a")).await;
    let again = venue.write(post.clone()).await.unwrap();
    assert_eq!((again.outcome, again.customer), (Outcome::Created, changed));
    let other = PostCustomer { fresh: venue.post().fresh, ..post };
    assert!(matches!(venue.write(other).await, Err(CommandError::Refused(Refusal::DuplicateConflict(_)))));
}
