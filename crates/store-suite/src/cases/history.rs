//! What is told of the past.

use std::collections::BTreeMap;

use domain::customer::{Customer, InstallationChanges, Patch, PolicyChanges, PutCustomer, ReportInstallation};
use domain::history::{Call, Event, Field, Fields};
use domain::ports::{Clock, CorruptRow, CustomerError, IdSource};
use domain::value::{CustomerId, LocationId, PolicyName};

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost, text};
use crate::{IntoCommand, Stores, Venue, sample};

fn readable(events: Vec<Result<Event, CorruptRow>>) -> Vec<Event> {
    events.into_iter().map(Result::unwrap).collect()
}

async fn history(venue: &Venue<'_>, customer: &Customer) -> Vec<Event> {
    readable(venue.stores.histories.history(venue.id, customer.id, None, 100).await.unwrap())
}

fn calls(events: &[Event]) -> Vec<Call> {
    events.iter().map(|event| event.call).collect()
}

fn fields(fields: &[Field]) -> Fields {
    fields.iter().copied().collect()
}

/// What every creation of the suite sets.
const CREATED: [Field; 7] = [
    Field::Source,
    Field::Username,
    Field::Password,
    Field::LocationId,
    Field::Lock,
    Field::Privacy,
    Field::TermsOfUse,
];

/// Who, when, what, and which fields.
pub async fn tells_every_call(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org");
    let created_at = post.fresh.at;
    let customer = venue.create(post).await;
    venue.clock.advance(1);
    let hit = venue.post().email("A@example.org").ext_id("1").deduplicate("email");
    let (hit_at, hit_id) = (hit.fresh.at, hit.event_id());
    venue.update(hit).await;
    venue.clock.advance(1);
    let put = venue.put(customer.id).lock(false).first_name("Mario");
    let (put_at, put_id) = (put.at, put.event_id);
    venue.update(put).await;
    let event = |id, at, call, changed: &[Field], accepted: &[Field]| Event {
        id,
        organization_id: venue.id,
        customer_id: customer.id,
        at,
        service_id: venue.service_id,
        call,
        fields: fields(changed),
        accepted: fields(accepted),
        customs: BTreeMap::new(),
    };
    let created: Vec<_> = CREATED.into_iter().chain([Field::Email]).collect();
    let creation = domain::value::EventId::from_bytes(customer.id.to_bytes());
    assert_eq!(
        history(&venue, &customer).await,
        [
            event(creation, created_at, Call::Create, &created, &[Field::Privacy, Field::TermsOfUse]),
            event(hit_id, hit_at, Call::Hit, &[Field::Email, Field::ExtId], &[]),
            event(put_id, put_at, Call::Update, &[Field::Lock, Field::FirstName], &[]),
        ]
    );
}

/// No field of a customer is left out, neither when it gets a value nor when it loses it.
pub async fn tells_every_field(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut post = venue.post();
    post.changes = sample::every_field();
    let customer = venue.create(post).await;
    let all = || Field::ALL.iter().copied().filter(|field| !field.path().starts_with("devices."));
    let fixed = [Field::Source, Field::Username, Field::Password, Field::LocationId, Field::Lock];
    let [created] = &history(&venue, &customer).await[..] else { panic!("one event") };
    assert_eq!(created.fields, all().collect());
    for clears in [sample::clears(), sample::every_field(), sample::clears_by_member()] {
        venue.update(PutCustomer { changes: clears, ..venue.put(customer.id) }).await;
        let events = history(&venue, &customer).await;
        assert_eq!(events.last().unwrap().fields, all().filter(|field| !fixed.contains(field)).collect());
    }
}

/// Yes, no, and taken back; those that did not change are not told again.
pub async fn tells_consents_with_their_times(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let policy = |name| PolicyName::parse(name).unwrap();
    let consents = |changes| {
        venue.clock.advance(1);
        venue.put(customer.id).with(|profile| profile.policies = Patch::Set(changes))
    };
    venue
        .update(consents(PolicyChanges {
            privacy: Patch::Set(true),
            mktg_communications: Patch::Set(true),
            minimum_age_verification: Patch::Set(false),
            customs: BTreeMap::from([(policy("loyalty"), Patch::Set(true)), (policy("parking"), Patch::Set(false))]),
            ..PolicyChanges::default()
        }))
        .await;
    venue
        .update(consents(PolicyChanges {
            mktg_communications: Patch::Clear,
            customs: BTreeMap::from([(policy("loyalty"), Patch::Set(false)), (policy("parking"), Patch::Set(false))]),
            ..PolicyChanges::default()
        }))
        .await;
    let events = history(&venue, &customer).await;
    let told: Vec<Vec<_>> = events
        .iter()
        .map(|event| event.consents().map(|consent| (consent.policy.to_owned(), consent.accepted)).collect())
        .collect();
    let consent = |policy: &str, accepted| (policy.to_owned(), accepted);
    assert_eq!(
        told,
        [
            vec![consent("privacy", true), consent("termsOfUse", true)],
            vec![
                consent("minimumAgeVerification", false),
                consent("mktgCommunications", true),
                consent("loyalty", true),
                consent("parking", false),
            ],
            vec![consent("mktgCommunications", false), consent("loyalty", false)],
        ]
    );
    assert!(events[0].at < events[1].at && events[1].at < events[2].at);
}

/// Neither what was refused, nor what changed nothing, nor the same command twice.
pub async fn tells_no_more_than_was_written(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().email("a@example.org").deduplicate("email");
    let customer = venue.create(post.clone()).await;
    let before = history(&venue, &customer).await;
    venue.write(post).await.unwrap();
    let nowhere = LocationId::from_bits(TestIds.next());
    venue.refusal(venue.put(customer.id).location(nowhere).ext_id("1")).await;
    venue.update(venue.put(customer.id).email("a@example.org")).await;
    venue.update(venue.post().email("a@example.org").deduplicate("email")).await;
    assert_eq!(history(&venue, &customer).await, before);
}

/// Page by page, each event once.
pub async fn goes_on_after_an_event(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    for n in 0..4 {
        venue.update(venue.put(customer.id).ext_id(&n.to_string())).await;
    }
    let all = history(&venue, &customer).await;
    assert_eq!(all.len(), 5);
    let page = async |after, limit| {
        readable(venue.stores.histories.history(venue.id, customer.id, after, limit).await.unwrap())
    };
    assert_eq!(page(None, 2).await, all[..2]);
    assert_eq!(page(Some(all[1].id), 2).await, all[2..4]);
    assert_eq!(page(Some(all[3].id), 2).await, all[4..]);
    assert_eq!(page(Some(all[4].id), 2).await, []);
}

/// Who did what when stays, and nothing else; and the erasure is told.
pub async fn keeps_the_bare_facts_of_who_is_erased(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (mut post, other) = (venue.post(), venue.create(venue.post()).await);
    post.changes = sample::every_field();
    let customer = venue.create(post).await;
    venue.update(PutCustomer { changes: sample::clears(), ..venue.put(customer.id) }).await;
    let (before, others) = (history(&venue, &customer).await, history(&venue, &other).await);
    assert!(!before[0].customs.is_empty());
    venue.clock.advance(1);
    let erase = venue.erase(customer.id);
    venue.write(erase).await.unwrap();
    let bare = |event: Event| Event {
        fields: Fields::default(),
        accepted: Fields::default(),
        customs: BTreeMap::new(),
        ..event
    };
    let mut expected: Vec<_> = before.into_iter().map(bare).collect();
    let last = Event { id: erase.event_id, at: venue.clock.now(), call: Call::Erase, ..expected[0].clone() };
    expected.push(last);
    assert_eq!(history(&venue, &customer).await, expected);
    assert_eq!(history(&venue, &other).await, others);
}

/// An organization sees the histories of its own customers alone, also of those that it erased.
pub async fn is_bound_to_the_organization(stores: &Stores) {
    let (venue, other) = (Venue::open(stores).await, Venue::open(stores).await);
    let customer = venue.create(venue.post()).await;
    assert_eq!(history(&venue, &customer).await.len(), 1);
    let read = async |organization_id, id, after| stores.histories.history(organization_id, id, after, 9).await;
    let nobody = CustomerId::from_bits(TestIds.next());
    assert!(matches!(read(other.id, customer.id, None).await, Err(CustomerError::ForeignCustomer)));
    assert!(matches!(read(venue.id, nobody, None).await, Err(CustomerError::UnknownCustomer)));
    venue.write(venue.erase(customer.id)).await.unwrap();
    assert!(matches!(read(other.id, customer.id, None).await, Err(CustomerError::UnknownCustomer)));
}

/// A device that is new, and what it tells that is new; that it was seen again is not told.
pub async fn tells_devices(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let report = async |changes| {
        let report = ReportInstallation { changes, ..venue.report(customer.id, "a") };
        venue.stores.installations.report(report).await.unwrap();
    };
    let seen = |time: &str| InstallationChanges { last_seen: Patch::Set(text(time)), ..InstallationChanges::default() };
    report(seen("one")).await;
    report(seen("two")).await;
    report(InstallationChanges { push_token: Patch::Set(text("p")), ..seen("three") }).await;
    let events = history(&venue, &customer).await;
    assert_eq!(calls(&events), [Call::Create, Call::Device, Call::Device]);
    assert_eq!((events[1].fields, events[2].fields), (Fields::default(), fields(&[Field::DevicesPushToken])));
    assert!(events.iter().all(|event| event.service_id == venue.service_id));
}

/// Whatever wave a command is in.
pub async fn tells_each_command_of_a_batch(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post().email("a@example.org")).await;
    let fresh = venue.post().email("b@example.org").deduplicate("email");
    let fresh_id = fresh.fresh.id;
    let batch = vec![
        venue.put(customer.id).ext_id("1").into_command(),
        fresh.into_command(),
        venue.post().email("a@example.org").ext_id("2").deduplicate("email").into_command(),
        venue.post().email("b@example.org").ext_id("3").deduplicate("email").into_command(),
        venue.erase(customer.id).into_command(),
    ];
    assert!(stores.customers.write(batch).await.unwrap().iter().all(Result::is_ok));
    assert_eq!(calls(&history(&venue, &customer).await), [Call::Create, Call::Update, Call::Hit, Call::Erase]);
    let fresh = venue.find(fresh_id).await.unwrap();
    assert_eq!(calls(&history(&venue, &fresh).await), [Call::Create, Call::Hit]);
}
