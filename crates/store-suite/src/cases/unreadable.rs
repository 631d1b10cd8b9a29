//! Rows that cannot be read: each spoils itself and nothing else, and a customer's can be repaired and erased.

use domain::access::Role;
use domain::customer::{Customer, InstallationChanges, Patch, PostCustomer, ReportInstallation};
use domain::forwarding::{Parcel, Standing};
use domain::history::{Call, Field};
use domain::list::Filter;
use domain::organization::{Location, LocationQuery, Tags};
use domain::ports::{Clock, CommandError, CorruptRow, IdSource, Outcome};
use domain::session::{Claims, SessionRecord, Usage};
use domain::value::{LocationId, OrganizationId};
use jiff::SignedDuration;

use crate::ambient::TestIds;
use crate::edit::{Edit, EditPost, text};
use crate::scroll::{BY_ID, BY_USERNAME, Scroll};
use crate::stores::{Bad, Damage};
use crate::{IntoCommand, Stores, Venue, sample};

/// Puts a value that is none of the domain's into a column of the customer, and returns how that is reported.
async fn damage(stores: &Stores, customer: &Customer, column: &'static str, value: &'static str) -> CorruptRow {
    let value = Bad::Text(value);
    stores.damage(Damage { table: "customer", column, key: "id", id: customer.id.to_bytes(), value }).await;
    CorruptRow { table: "customer", column, id: customer.id.to_string() }
}

/// A telephone number that was taken once and is none any more.
async fn damage_phone(stores: &Stores, customer: &Customer) -> CorruptRow {
    damage(stores, customer, "phone_number", "+0").await
}

/// In every order, on pages of every size, the unreadable one has its place and all others are there.
pub async fn a_customer_spoils_no_list(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut customers = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        customers.push(venue.create(venue.post().username(name)).await);
    }
    let phone = damage_phone(stores, &customers[1]).await;
    let name = damage(stores, &customers[3], "username", "d\u{7}").await;
    for start in [BY_ID, BY_USERNAME] {
        for (size, reverse) in [(1, false), (2, true), (2, false), (3, false), (4, true), (9, false)] {
            let mut scroll = Scroll { size, reverse, ..Scroll::of(&venue, start.clone()) };
            let (mut met, mut unreadable) = (Vec::new(), Vec::new());
            loop {
                let page = scroll.page().await;
                unreadable.extend(page.unreadable().cloned());
                let next = page.next.clone();
                met.extend(page.into_contacts().map(|contact| contact.id));
                let Some(next) = next else { break };
                scroll.start = next;
            }
            let mut expected = [customers[0].id, customers[2].id, customers[4].id];
            let mut rows = [phone.clone(), name.clone()];
            if reverse {
                expected.reverse();
                rows.reverse();
            }
            assert_eq!(met, expected, "{start:?} {size} {reverse}");
            assert_eq!(unreadable, rows, "{start:?} {size} {reverse}");
        }
    }
}

/// A filter that asks for what cannot be read finds the others.
pub async fn a_customer_spoils_no_filtered_list(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let marketing = |post: PostCustomer| {
        post.with(|changes| {
            let accepted = crate::edit::accepted();
            let mktg_communications = Patch::Set(true);
            changes.policies = Patch::Set(domain::customer::PolicyChanges { mktg_communications, ..accepted });
        })
    };
    let (first, last) = (venue.create(marketing(venue.post())).await, venue.create(marketing(venue.post())).await);
    for (column, value) in [("policies", r#"{"mktg_communications":"x","customs":{"club":7}}"#), ("policies", "[]")] {
        let damaged = venue.create(marketing(venue.post().email("a@example.org"))).await;
        damage(stores, &damaged, column, value).await;
    }
    let club = domain::value::PolicyName::parse("club").unwrap();
    for filter in [
        Filter { mktg_communications: Some(true), ..Filter::default() },
        Filter { minimum_age_verification: Some(false), has_email: Some(false), ..Filter::default() },
        Filter { customs: [(club, false)].into(), has_email: Some(false), ..Filter::default() },
    ] {
        let met = Scroll { filter: filter.clone(), size: 1, ..Scroll::of(&venue, BY_ID) }.all().await;
        assert_eq!(met.iter().map(|contact| contact.id).collect::<Vec<_>>(), [first.id, last.id], "{filter:?}");
    }
}

/// A hit and a change fail with the row; the other commands of the batch are carried out.
pub async fn a_customer_fails_its_own_commands(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let damaged = venue.create(venue.post().email("a@example.org").phone("+393331234567")).await;
    let row = damage(stores, &damaged, "gender", "m").await;
    let batch = vec![
        venue.post().email("b@example.org").into_command(),
        venue.put(damaged.id).first_name("Mario").into_command(),
        venue.post().email("a@example.org").deduplicate("email").into_command(),
        venue.post().email("b@example.org").deduplicate("email").first_name("Luigi").into_command(),
    ];
    let answers = stores.customers.write(batch).await.unwrap();
    assert!(answers[0].is_ok());
    assert_eq!(answers[1], Err(CommandError::Corrupt(row.clone())));
    assert_eq!(answers[2], Err(CommandError::Corrupt(row.clone())));
    assert_eq!(answers[3].as_ref().unwrap().outcome, Outcome::Updated);
    assert!(stores.directory.credential(venue.id, &damaged.username).await.unwrap().is_some(), "it can still log in");
    let key = damaged.keys().remove(0);
    assert!(stores.directory.has_keys(venue.id, &[key]).await.unwrap());
}

/// A PUT of every unreadable field repairs the customer: the value from before leads to it no longer, the new one does.
pub async fn a_customer_is_repaired_by_what_was_unreadable(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let first = venue.create(venue.post().email("a@example.org").phone("+393331234567").ext_id("1")).await;
    let next = venue.create(venue.post().phone("+393331234567")).await;
    let phone = damage_phone(stores, &first).await;
    let email = damage(stores, &first, "email", "nobody").await;
    venue.clock.advance(1);
    let put = venue.put(first.id);
    assert_eq!(venue.write(put.clone().ext_id("2")).await, Err(CommandError::Corrupt(phone)));
    assert_eq!(venue.write(put.clone().phone("+393337654321")).await, Err(CommandError::Corrupt(email)));
    let repaired = venue.update(put.phone("+393337654321").email("c@example.org")).await;
    assert_eq!(venue.find(first.id).await.as_ref(), Some(&repaired));
    assert_eq!(repaired.profile.person.ext_id, first.profile.person.ext_id, "what could be read stays");
    assert_eq!(repaired.password, first.password);
    for (post, found) in [
        (venue.post().phone("+393331234567").deduplicate("phoneNumber"), next.id),
        (venue.post().phone("+393337654321").deduplicate("phoneNumber"), first.id),
        (venue.post().email("c@example.org").deduplicate("email"), first.id),
    ] {
        assert_eq!(venue.update(post).await.id, found);
    }
    venue.create(venue.post().email("a@example.org").deduplicate("email")).await;
}

/// Null repairs as well, and the history tells that the field changed. A group is repaired by any of its members.
pub async fn a_customer_is_repaired_by_null(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post().phone("+393331234567").guid("g")).await;
    damage_phone(stores, &customer).await;
    damage(stores, &customer, "device", r#"{"unknown":true}"#).await;
    venue.clock.advance(1);
    let put = venue.put(customer.id).guid("h").with(|changes| changes.person.phone_number = Patch::Clear);
    let repaired = venue.update(put).await;
    assert_eq!(repaired.profile.person.phone_number, None);
    assert_eq!(venue.find(customer.id).await, Some(repaired));
    let history = stores.histories.history(venue.id, customer.id, None, 9).await.unwrap();
    let last = history.last().unwrap().as_ref().unwrap();
    assert_eq!(last.call, Call::Update);
    assert!(last.fields.contains(Field::PhoneNumber));
    assert!(last.fields.contains(Field::DeviceGuid));
    venue.create(venue.post().phone("+393331234567").deduplicate("phoneNumber")).await;
    venue.create(venue.post().guid("g").deduplicate("guid")).await;
}

/// Whatever cannot be read of a customer, an erasure leaves nothing of it, and hands its keys on.
pub async fn a_customer_is_erased(stores: &Stores) {
    for (column, value) in [
        ("phone_number", "+0"),
        ("email", "nobody"),
        ("username", "a\u{7}"),
        ("source", "nobody"),
        ("policies", r#"{"privacy":1}"#),
        ("device", r#"{"unknown":true}"#),
        ("ext_id", " "),
    ] {
        let venue = Venue::open(stores).await;
        let post = || {
            let post = venue.post().email("a@example.org").phone("+393331234567").ext_id("1");
            post.guid("g").deduplicate("phoneNumber,email,extId,guid")
        };
        let damaged = venue.create(post()).await;
        let behind = venue.create(PostCustomer { deduplicate: venue.post().deduplicate, ..post() }).await;
        damage(stores, &damaged, column, value).await;
        // Beside others, of which one needs a key that is given up.
        let batch = vec![
            venue.post().email("b@example.org").into_command(),
            venue.erase(damaged.id).into_command(),
            post().first_name("Mario").into_command(),
        ];
        let answers = stores.customers.write(batch).await.unwrap();
        assert_eq!(answers[1].as_ref().unwrap().outcome, Outcome::Erased, "{column}");
        assert_eq!(answers[2].as_ref().unwrap().customer.id, behind.id, "{column}: the next owns every key");
        assert_eq!(venue.find(damaged.id).await, None);
        venue.write(venue.erase(behind.id)).await.unwrap();
        venue.create(post().username(damaged.username.as_str())).await;
        let listed = Scroll::of(&venue, BY_ID).page().await;
        assert_eq!(listed.unreadable().count(), 0);
    }
}

/// What no PUT writes cannot be repaired, only erased.
pub async fn what_a_put_does_not_write_can_only_be_erased(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let row = damage(stores, &customer, "source", "nobody").await;
    let put = venue.put(customer.id).lock(false).location(venue.location_id);
    let put = domain::customer::PutCustomer { changes: sample::every_field(), ..put };
    assert_eq!(venue.write(put).await, Err(CommandError::Corrupt(row)));
    assert_eq!(venue.write(venue.erase(customer.id)).await.unwrap().outcome, Outcome::Erased);
}

async fn take(venue: &Venue<'_>) -> Vec<Parcel> {
    let at = venue.clock.now() + SignedDuration::from_secs(1);
    let until = at + SignedDuration::from_secs(60);
    venue.stores.forwarding.take(&venue.account(), at, until, 9).await.unwrap()
}

/// A customer who cannot be sent is given up, and those behind are sent.
pub async fn a_customer_is_given_up_on_its_way(stores: &Stores) {
    let venue = Venue::open(stores).await;
    assert!(stores.forwarding.set_up_account(&venue.account()).await.unwrap());
    let (damaged, other) = (venue.create(venue.post()).await, venue.create(venue.post()).await);
    let row = damage_phone(stores, &damaged).await;
    let taken: Vec<_> = take(&venue).await.into_iter().map(|parcel| parcel.waiting.customer_id).collect();
    assert_eq!(taken, [other.id]);
    let letters = stores.forwarding.dead_letters(venue.id, None, 9).await.unwrap();
    let [Ok(letter)] = &letters[..] else { panic!("{letters:?}") };
    assert_eq!(letter.waiting.customer_id, damaged.id);
    assert_eq!(letter.waiting.attempt.fault, Some(row.to_string()));
    venue.update(venue.put(damaged.id).phone("+393331234567")).await;
    assert_eq!(take(&venue).await[0].waiting.customer_id, damaged.id, "once it is repaired it waits again");
}

/// Who cannot be read in the queue is given up there, is listed so, and spoils nobody behind.
pub async fn an_entry_of_the_queue_is_given_up(stores: &Stores) {
    let venue = Venue::open(stores).await;
    assert!(stores.forwarding.set_up_account(&venue.account()).await.unwrap());
    let (damaged, other) = (venue.create(venue.post()).await, venue.create(venue.post()).await);
    let place = Damage {
        table: "forwarding",
        column: "failing_since",
        key: "customer_id",
        id: damaged.id.to_bytes(),
        value: Bad::Time,
    };
    stores.damage(place).await;
    let taken: Vec<_> = take(&venue).await.into_iter().map(|parcel| parcel.waiting.customer_id).collect();
    assert_eq!(taken, [other.id]);
    let row = CorruptRow { table: "forwarding", column: "failing_since", id: damaged.id.to_string() };
    assert_eq!(stores.forwarding.dead_letters(venue.id, None, 9).await.unwrap(), [Err(row)]);
    assert_eq!(
        stores.forwarding.standing(venue.id, 9).await.unwrap(),
        Standing { waiting: 1, dead: 1, oldest: Some(other.created_at), held: false }
    );
}

/// The request of an unreadable receipt fails; the others of its batch are carried out.
pub async fn a_receipt_fails_its_own_request(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let post = venue.post().repeatable("key", "body");
    let customer = venue.create(post.clone()).await;
    let id = customer.id.to_bytes();
    let place = Damage { table: "customer_receipt", column: "answered_at", key: "customer_id", id, value: Bad::Time };
    stores.damage(place).await;
    let again = PostCustomer { fresh: venue.post().fresh, ..post };
    let batch = vec![again.into_command(), venue.post().repeatable("other key", "body").into_command()];
    let answers = stores.customers.write(batch).await.unwrap();
    match &answers[0] {
        Err(CommandError::Corrupt(row)) => assert_eq!((row.table, row.column), ("customer_receipt", "answered_at")),
        other => panic!("{other:?}"),
    }
    assert!(answers[1].is_ok());
}

/// The history goes on around an event that cannot be read.
pub async fn an_event_spoils_no_other(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let put = venue.put(customer.id).first_name("Mario");
    venue.update(put.clone()).await;
    venue.update(venue.put(customer.id).first_name("Luigi")).await;
    let id = put.event_id.to_bytes();
    stores.damage(Damage { table: "customer_history", column: "happened_at", key: "id", id, value: Bad::Time }).await;
    let history = stores.histories.history(venue.id, customer.id, None, 9).await.unwrap();
    let row = CorruptRow { table: "customer_history", column: "happened_at", id: put.event_id.to_string() };
    assert_eq!(history.len(), 3);
    assert_eq!(history[1], Err(row));
    assert!(history[0].is_ok() && history[2].is_ok());
}

/// The list of sessions goes on around one that cannot be read.
pub async fn a_session_spoils_no_other(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let claims = Claims { customer_id: Some(customer.id), usernames: vec![] };
    let records = ["1", "2", "3"].map(|name| SessionRecord { claims: claims.clone(), ..venue.session_record(name) });
    for record in &records {
        stores.network_sessions.record(record).await.unwrap();
    }
    let id = records[1].id.to_bytes();
    stores.damage(Damage { table: "network_session", column: "started_at", key: "id", id, value: Bad::Time }).await;
    let sessions = stores.network_sessions.sessions(venue.id, customer.id, None, 9).await.unwrap();
    let row = CorruptRow { table: "network_session", column: "started_at", id: records[1].id.to_string() };
    assert_eq!(sessions.len(), 3);
    assert_eq!(sessions[1], Err(row));
    assert!(sessions[0].is_ok() && sessions[2].is_ok());
    // A record with its name at its place begins another session, which the records that follow belong to.
    for seconds in [0, 60] {
        let usage = Usage { seconds, ..Usage::default() };
        let record = SessionRecord { claims: claims.clone(), usage, ..venue.session_record("2") };
        assert_eq!(stores.network_sessions.record(&record).await.unwrap(), Some(customer.id));
    }
    let sessions = stores.network_sessions.sessions(venue.id, customer.id, None, 9).await.unwrap();
    assert_eq!(sessions.len(), 4);
    assert_eq!(sessions.iter().filter(|session| session.is_err()).count(), 1);
}

/// A report replaces the installation that cannot be read, and one of another installation is carried out.
pub async fn an_installation_is_replaced(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let customer = venue.create(venue.post()).await;
    let report = |id: &str| ReportInstallation {
        changes: InstallationChanges { os: Patch::Set(text("ios")), ..InstallationChanges::default() },
        ..venue.report(customer.id, id)
    };
    stores.installations.report(report("a")).await.unwrap();
    let id = customer.id.to_bytes();
    let place =
        Damage { table: "customer_installation", column: "reported_at", key: "customer_id", id, value: Bad::Time };
    stores.damage(place).await;
    stores.installations.report(report("b")).await.unwrap();
    let ids = async || {
        let stored = stores.installations.installations(venue.id, customer.id).await.unwrap();
        stored.into_iter().map(|installation| installation.id).collect::<Vec<_>>()
    };
    assert_eq!(ids().await, [text("b")]);
    stores.installations.report(report("a")).await.unwrap();
    assert_eq!(ids().await, [text("a"), text("b")]);
}

/// The list of locations goes on around one that cannot be read, also by tags.
pub async fn a_location_spoils_no_other(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let mut ids = vec![venue.location_id];
    for _ in 0..2 {
        let location = Location::new(LocationId::from_bits(TestIds.next()), text("Floor"));
        ids.push(location.id);
        stores.organizations.add_location(venue.id, location).await.unwrap();
    }
    ids.sort_unstable();
    let id = ids[1].to_bytes();
    stores.damage(Damage { table: "location", column: "name", key: "id", id, value: Bad::Text(" ") }).await;
    let query = LocationQuery { tags: Tags::default(), from: LocationId::from_bits(0), limit: 2 };
    let page = stores.organizations.list_locations(venue.id, query.clone()).await.unwrap();
    let row = CorruptRow { table: "location", column: "name", id: ids[1].to_string() };
    assert_eq!(page.locations[0].as_ref().unwrap().id, ids[0]);
    assert_eq!(page.locations[1], Err(row));
    assert_eq!(page.next, Some(ids[2]));
    let rest = LocationQuery { from: ids[2], ..query };
    assert!(stores.organizations.list_locations(venue.id, rest).await.unwrap().locations[0].is_ok());
}

/// Every other organization is listed, and works.
pub async fn an_organization_spoils_no_other(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let other = venue.open_beside().await;
    let id = venue.id.to_bytes();
    stores.damage(Damage { table: "organization", column: "name", key: "id", id, value: Bad::Text(" ") }).await;
    let listed = stores.organizations.list().await.unwrap();
    let row = CorruptRow { table: "organization", column: "name", id: venue.id.to_string() };
    assert!(listed.contains(&Err(row)));
    let is = |id: OrganizationId| listed.iter().any(|found| found.as_ref().is_ok_and(|found| found.id == id));
    assert!(is(other.id));
    other.create(other.post()).await;
}

/// Every other service is listed.
pub async fn a_service_spoils_no_other(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let (damaged, other) = (venue.service(Role::Radius), venue.service(Role::PublicApp));
    let (id, key) = (damaged.service.id, other.service.client_key.clone());
    stores.services.add(damaged).await.unwrap();
    stores.services.add(other).await.unwrap();
    let place = Damage { table: "service", column: "role", key: "id", id: id.to_bytes(), value: Bad::Text("king") };
    stores.damage(place).await;
    let listed = stores.services.list().await.unwrap();
    let row = CorruptRow { table: "service", column: "role", id: id.to_string() };
    assert!(listed.contains(&Err(row)));
    assert!(listed.iter().any(|found| found.as_ref().is_ok_and(|found| found.client_key == key)));
}
