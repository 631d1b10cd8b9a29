//! Lists, page by page.

use std::collections::BTreeSet;
use std::slice;

use domain::customer::{Customer, Key, KeyKind, Patch, PolicyChanges, PostCustomer};
use domain::list::{Contact, Filter, Span};
use domain::ports::IdSource;
use domain::value::{LocationId, OrganizationId, PolicyName, Source, Username};

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost, accepted};
use crate::scroll::{BY_ID, BY_USERNAME, Scroll};
use crate::{Stores, Venue, sample};

/// What a list shows of a customer is what the customer is.
pub async fn shows_every_field(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let bare = venue.create(venue.post()).await;
    let full = venue.create(PostCustomer { changes: sample::every_field(), ..venue.post().lock(false) }).await;
    let wide = venue.create(PostCustomer { changes: sample::widest(), ..venue.post() }).await;
    venue.clock.advance(1);
    let bare = venue.update(venue.put(bare.id).first_name("Ada")).await;
    let expected: Vec<_> = [bare, full, wide].iter().map(contact).collect();
    assert_eq!(Scroll::of(&venue, BY_ID).all().await, expected);
}

fn contact(customer: &Customer) -> Contact {
    let Customer { profile, .. } = customer.clone();
    let person = profile.person;
    Contact {
        id: customer.id,
        organization_id: customer.organization_id,
        location_id: customer.location_id,
        source: customer.source,
        username: customer.username.clone(),
        locked: customer.locked,
        created_at: customer.created_at,
        modified_at: customer.modified_at,
        civil_status: person.civil_status,
        first_name: person.first_name,
        last_name: person.last_name,
        gender: person.gender,
        birth_date: person.birth_date,
        country: person.country,
        zip_code: person.zip_code,
        email: person.email,
        email_verified: person.email_verified,
        phone_number: person.phone_number,
        phone_verified: person.phone_verified,
        personal_id: profile.document.personal_id,
        ext_id: person.ext_id,
        ext_prop1: person.ext_prop1,
        ext_prop2: person.ext_prop2,
        policies: profile.policies,
    }
}

/// Pages of any size lead through everybody, in either direction, and the last one knows that it is the last.
pub async fn goes_by_creation(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(venue.create(venue.post()).await.id);
    }
    for size in [1, 2, 3, 4, 6, 7] {
        for reverse in [false, true] {
            let scroll = Scroll { size, reverse, ..Scroll::of(&venue, BY_ID) };
            let met: Vec<Vec<_>> =
                scroll.pages().await.into_iter().map(|page| page.iter().map(|c| c.id).collect()).collect();
            let chunks: Vec<Vec<_>> = if reverse {
                ids.rchunks(size).map(|chunk| chunk.iter().rev().copied().collect()).collect()
            } else {
                ids.chunks(size).map(<[_]>::to_vec).collect()
            };
            assert_eq!(met, chunks, "{size} {reverse}");
        }
    }
}

/// The order of usernames is that of their bytes, whatever language the store speaks.
pub async fn goes_by_the_bytes_of_usernames(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut names = ["b", "B", "a", "ab", "a b", "_", "ä", "zz", "Ω", "\u{ffff}", "😀", "a'b", "%", "10", "9"];
    for name in names {
        venue.create(venue.post().username(name)).await;
    }
    names.sort_unstable();
    for size in [1, 4, 15] {
        for reverse in [false, true] {
            let met = Scroll { size, reverse, ..Scroll::of(&venue, BY_USERNAME) }.all().await;
            let mut met: Vec<_> = met.iter().map(|contact| contact.username.as_str()).collect();
            if reverse {
                met.reverse();
            }
            assert_eq!(met, names, "{size} {reverse}");
        }
    }
}

/// An organization's list has its own customers only.
pub async fn is_bound_to_the_organization(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let other = venue.open_beside().await;
    let mut ids = BTreeSet::new();
    for name in ["a", "b", "c"] {
        ids.insert(venue.create(venue.post().username(name)).await.id);
        other.create(other.post().username(name)).await;
    }
    for start in [BY_ID, BY_USERNAME] {
        let scroll = Scroll { size: 2, ..Scroll::of(&venue, start) };
        assert_eq!(scroll.all().await.iter().map(|contact| contact.id).collect::<BTreeSet<_>>(), ids);
        let nowhere = Scroll { organization_id: OrganizationId::from_bits(TestIds.next()), ..scroll };
        assert_eq!(nowhere.pages().await, vec![Vec::new()]);
    }
}

/// Whoever comes or changes between two pages makes nobody be met twice or not at all.
pub async fn stays_on_its_way_while_others_come_and_change(stores: &Stores) {
    let venue = Venue::open(stores).await;
    for start in [BY_ID, BY_USERNAME] {
        for reverse in [false, true] {
            let mut there = BTreeSet::new();
            for contact in Scroll::of(&venue, BY_ID).all().await {
                there.insert(contact.id);
            }
            for _ in 0..5 {
                there.insert(venue.create(venue.post()).await.id);
            }
            let (mut met, mut place) = (Vec::new(), Some(start.clone()));
            while let Some(at) = place {
                let page = Scroll { size: 2, reverse, ..Scroll::of(&venue, at) }.page().await;
                let (contacts, next): (Vec<_>, _) = (page.clone().into_contacts().collect(), page.next);
                for contact in &contacts {
                    venue.clock.advance(1);
                    venue.update(venue.put(contact.id).email("changed@example.org")).await;
                }
                venue.create(venue.post()).await;
                met.extend(contacts.iter().map(|contact| contact.id));
                place = next.filter(|_| met.len() < 1000);
            }
            assert_eq!(met.iter().copied().collect::<BTreeSet<_>>().len(), met.len(), "nobody is met twice");
            assert!(there.iter().all(|id| met.contains(id)), "everybody is met");
        }
    }
}

/// Each filter takes those, and only those, of whom it is true, in every order.
pub async fn takes_whom_the_filter_takes(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customers = various(&venue).await;
    for filter in filters(&venue, &customers) {
        let taken = customers.iter().filter(|customer| takes(&filter, customer));
        let expected: BTreeSet<_> = taken.map(|customer| customer.id).collect();
        for start in [BY_ID, BY_USERNAME] {
            for reverse in [false, true] {
                let scroll = Scroll { size: 5, reverse, filter: filter.clone(), ..Scroll::of(&venue, start.clone()) };
                let met: Vec<_> = scroll.all().await.iter().map(|contact| contact.id).collect();
                assert_eq!((met.len(), met.into_iter().collect()), (expected.len(), expected.clone()), "{filter:?}");
            }
        }
    }
}

/// The rule, told plainly.
fn takes(filter: &Filter, customer: &Customer) -> bool {
    let (person, policies) = (&customer.profile.person, &customer.profile.policies);
    let is = |wanted: Option<bool>, told: Option<bool>| wanted.is_none_or(|wanted| wanted == told.unwrap_or(false));
    let within = |span: Span, time| span.from.is_none_or(|from| from <= time) && span.to.is_none_or(|to| time <= to);
    is(filter.has_email, Some(person.email.is_some()))
        && is(filter.email_verified, person.email_verified)
        && is(filter.has_phone, Some(person.phone_number.is_some()))
        && is(filter.phone_verified, person.phone_verified)
        && filter.sources.as_ref().is_none_or(|sources| sources.contains(&customer.source))
        && filter.locations.as_ref().is_none_or(|locations| locations.contains(&customer.location_id))
        && within(filter.created, customer.created_at)
        && within(filter.modified, customer.modified_at)
        && is(filter.mktg_communications, policies.mktg_communications)
        && is(filter.minimum_age_verification, policies.minimum_age_verification)
        && filter.keys.iter().all(|key| customer.keys().contains(key))
        && filter.username.as_ref().is_none_or(|username| *username == customer.username)
        && filter.customs.iter().all(|(name, wanted)| is(Some(*wanted), policies.customs.get(name).copied()))
}

/// Names of policies that stores must not take for something else.
const POLICIES: [&str; 4] = ["loyalty", "a.b", "$.x\"y'", "0"];

/// Customers of whom each property is true, false and not told, in various combinations.
async fn various(venue: &Venue<'_>) -> Vec<Customer> {
    let mut customers = Vec::new();
    for n in 0..27 {
        let told = |n: usize| match n % 3 {
            0 => Patch::Keep,
            n => Patch::Set(n == 1),
        };
        venue.clock.advance(1);
        let post = PostCustomer { source: Source::ALL[n % 4], ..venue.post() };
        let post = if n % 2 == 0 { post.email(&format!("guest{n}@example.org")) } else { post };
        let post = if n % 4 < 2 { post.phone(&format!("+3933312345{n:02}")) } else { post };
        let customs = POLICIES.iter().zip([1, 3, 5, 7]).map(|(name, step)| (policy(name), told(n / step)));
        let post = post.with(|changes| {
            changes.person.email_verified = told(n);
            changes.person.phone_verified = told(n / 3);
            changes.policies = Patch::Set(PolicyChanges {
                mktg_communications: told(n / 9),
                minimum_age_verification: told(n / 2),
                customs: customs.collect(),
                ..accepted()
            });
        });
        customers.push(venue.create(post).await);
    }
    venue.clock.advance(1);
    for customer in &mut customers[3..9] {
        *customer = venue.update(venue.put(customer.id).first_name("Ada")).await;
    }
    customers
}

/// Each alone, so that it takes some and leaves some where it can; and several at once.
fn filters(venue: &Venue<'_>, customers: &[Customer]) -> Vec<Filter> {
    let mut filters = vec![Filter::default()];
    let open = Filter::default;
    for wanted in [Some(true), Some(false)] {
        filters.extend([
            Filter { has_email: wanted, ..open() },
            Filter { email_verified: wanted, ..open() },
            Filter { has_phone: wanted, ..open() },
            Filter { phone_verified: wanted, ..open() },
            Filter { mktg_communications: wanted, ..open() },
            Filter { minimum_age_verification: wanted, ..open() },
        ]);
        filters.extend(POLICIES.iter().map(|name| customs(&[(*name, wanted == Some(true))])));
    }
    let time = customers[9].created_at;
    for span in [(Some(time), None), (None, Some(time)), (Some(time), Some(time))] {
        let span = Span { from: span.0, to: span.1 };
        filters.push(Filter { created: span, ..open() });
        filters.push(Filter { modified: span, ..open() });
    }
    filters.push(Filter { sources: Some(Source::ALL[1..3].iter().copied().collect()), ..open() });
    let keys = customers[0].keys();
    filters.extend(keys.iter().map(|key| named(slice::from_ref(key))));
    filters.extend([
        named(&keys),
        Filter { username: Some(customers[4].username.clone()), ..open() },
        Filter { username: Some(customers[0].username.clone()), has_phone: Some(true), ..named(&keys) },
    ]);
    for filter in &filters[1..] {
        let taken = customers.iter().filter(|customer| takes(filter, customer)).count();
        assert!((1..customers.len()).contains(&taken), "{filter:?}");
    }
    let unknown = LocationId::from_bits(TestIds.next());
    for locations in [vec![unknown], vec![venue.location_id], vec![unknown, venue.location_id]] {
        filters.push(Filter { locations: Some(locations.into_iter().collect()), ..open() });
    }
    filters.extend([
        Filter { created: Span { from: customers[3].created_at.into(), to: customers[2].created_at.into() }, ..open() },
        Filter { username: Some(customers[4].username.clone()), ..named(&keys) },
        Filter { has_email: Some(false), ..named(&keys) },
        named(&[keys[0].clone(), Key { kind: KeyKind::Email, value: "nobody@example.org".to_owned() }]),
        named(&[Key { kind: KeyKind::ExtId, ..keys[0].clone() }]),
        Filter { username: Some(text_name("nobody")), ..open() },
        customs(&[("nobody's", true)]),
        customs(&[("nobody's", false)]),
        customs(&[(POLICIES[0], true), (POLICIES[2], false)]),
        Filter { has_email: Some(true), created: Span { from: Some(time), to: None }, ..customs(&[("a.b", true)]) },
    ]);
    filters
}

fn customs(wanted: &[(&str, bool)]) -> Filter {
    let customs = wanted.iter().map(|(name, accepted)| (policy(name), *accepted)).collect();
    Filter { customs, ..Filter::default() }
}

fn named(keys: &[Key]) -> Filter {
    Filter { keys: keys.iter().cloned().collect(), ..Filter::default() }
}

fn text_name(name: &str) -> Username {
    Username::parse(name).unwrap()
}

/// Whoever has a value is met, in the order of the list and page by page: its owner, and those who queue behind.
pub async fn meets_all_who_have_a_value(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let mut ids = Vec::new();
    for n in 0..7 {
        venue.clock.advance(1);
        venue.create(venue.post().email(&format!("guest{n}@example.org"))).await;
        ids.push(venue.create(venue.post().email("A@example.org").ext_id("x")).await.id);
        other.create(other.post().email("a@example.org")).await;
    }
    // The owner gives the value up, and takes it again behind all others.
    for email in ["b@example.org", "a@EXAMPLE.org"] {
        venue.update(venue.put(ids[0]).email(email)).await;
    }
    let filter = named(&[Key { kind: KeyKind::Email, value: "a@example.org".to_owned() }]);
    for reverse in [false, true] {
        for size in [1, 3, 7, 8] {
            let scroll = Scroll { size, reverse, filter: filter.clone(), ..Scroll::of(&venue, BY_ID) };
            let mut met: Vec<_> = scroll.all().await.iter().map(|contact| contact.id).collect();
            if reverse {
                met.reverse();
            }
            assert_eq!(met, ids, "{size}");
            let scroll = Scroll { start: BY_USERNAME, ..scroll };
            let names: Vec<_> = scroll.all().await.into_iter().map(|contact| contact.username).collect();
            assert!(names.len() == 7 && names.is_sorted_by(|a, b| (a.as_str() < b.as_str()) != reverse), "{names:?}");
        }
    }
}

fn policy(name: &str) -> PolicyName {
    PolicyName::parse(name).unwrap()
}
