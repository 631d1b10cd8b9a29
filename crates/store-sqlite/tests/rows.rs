//! The rows: their form, and what happens when one cannot be read.
#![expect(clippy::unwrap_used, reason = "a failure is to end the test")]

mod support;

use std::sync::Arc;

use domain::customer::{Customer, Patch, PostCustomer};
use domain::organization::{SettingsChanges, TokenChanges};
use domain::ports::{CommandError, CorruptRow, StoreError};
use domain::session::{Claims, SessionRecord};
use domain::token::{TokenHits, TokenLife};
use store_sqlite::SqliteStore;
use store_suite::edit::{Edit, EditPost};
use store_suite::scroll::{BY_ID, Scroll};
use store_suite::{CountingSealer, IntoCommand, Stores, Venue, damages, sample};
use support::Place;

async fn open(place: &Place) -> Stores {
    Stores::of(Arc::new(place.open().await.unwrap()), ())
}

async fn full_customer(venue: &Venue<'_>) -> Customer {
    venue.create(PostCustomer { changes: sample::every_field(), ..venue.post() }).await
}

/// Values that are not the domain's, of columns beside the single values, and of those that have other damages too.
const DAMAGES: [(&str, &str); 22] = [
    ("location_id", "x'00'"),
    ("source", "'nobody'"),
    ("username", "'a' || char(10)"),
    ("password", "x'00'"),
    ("created_at", "9223372036854775807"),
    ("modified_at", "-9223372036854775808"),
    ("first_name", "CAST(x'ff' AS TEXT)"),
    ("last_name", "' '"),
    ("custom", "'[]'"),
    ("custom", "'{\" \":1}'"),
    ("policies", "'{\"privacy\":1}'"),
    ("policies", "'{\"customs\":{\"\":true}}'"),
    ("document", "'{'"),
    ("document", "'{\"number\":\" \"}'"),
    ("processing_data", "'null'"),
    ("processing_data", "'{\"unknown\":true}'"),
    ("policies", "'[]'"),
    ("document", "'[]'"),
    ("processing_data", "'[]'"),
    ("device", "'[]'"),
    ("device", "'{\"os\":1}'"),
    ("device", "'{\"unknown\":\"x\"}'"),
];

/// Those of every column.
fn damages() -> impl Iterator<Item = (&'static str, &'static str)> {
    DAMAGES.into_iter().chain(damages::of_single_values())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_customer_is_told_by_its_column() {
    let place = Place::new();
    let stores = open(&place).await;
    for (column, damage) in damages() {
        let venue = Venue::open(&stores).await;
        let customer = full_customer(&venue).await;
        let id = customer.id.to_string();
        place.run(&format!("UPDATE customer SET {column} = {damage} WHERE id = x'{id}'")).await;
        let expected = CorruptRow { table: "customer", column, id };
        match stores.customers.find(venue.id, customer.id).await {
            Err(StoreError::Corrupt(row)) => assert_eq!(row, expected),
            other => panic!("{column} = {damage}: {other:?}"),
        }
        match stores.directory.credential(venue.id, &customer.username).await {
            Err(StoreError::Corrupt(row)) if column == "password" => assert_eq!(row, expected),
            Ok(None) if column == "username" => {}
            Ok(Some(credential)) if !["password", "username"].contains(&column) => {
                assert_eq!(credential.customer_id, customer.id, "a damaged {column} keeps nobody off the network");
            }
            other => panic!("{column} = {damage}: {other:?}"),
        }
        let page = stores.lists.page(&Scroll::of(&venue, BY_ID).query()).await.unwrap();
        let unreadable: Vec<_> = page.unreadable().collect();
        let expected = if damages::is_listed(column) { vec![&expected] } else { vec![] };
        assert_eq!(unreadable, expected, "{column} = {damage}");
    }
}

/// An id of another length cannot be named by a request. The list goes on around it, in pages of every size.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_goes_on_around_a_damaged_id() {
    let place = Place::new();
    let stores = open(&place).await;
    for damage in ["CAST(id || x'07' AS BLOB)", "substr(id, 1, 15)", "x'00'", "x''", "zeroblob(17)"] {
        let venue = Venue::open(&stores).await;
        let mut ids = Vec::new();
        for _ in 0..3 {
            ids.push(venue.create(venue.post()).await.id);
        }
        place.run(&format!("UPDATE customer SET id = {damage} WHERE id = x'{}'", ids.remove(1))).await;
        for (size, reverse) in [(1, false), (1, true), (2, false), (2, true), (9, false), (9, true)] {
            let mut scroll = Scroll { size, reverse, ..Scroll::of(&venue, BY_ID) };
            let (mut found, mut unreadable) = (Vec::new(), 0);
            loop {
                let page = stores.lists.page(&scroll.query()).await.unwrap();
                unreadable += page.unreadable().count();
                let next = page.next.clone();
                found.extend(page.into_contacts().map(|contact| contact.id));
                match next {
                    Some(next) => scroll.start = next,
                    None => break,
                }
            }
            found.sort();
            assert_eq!((&found, unreadable), (&ids, 1), "{damage}, {size} a page, reverse: {reverse}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_account_spoils_no_other() {
    let place = Place::new();
    let stores = open(&place).await;
    let venues = [Venue::open(&stores).await, Venue::open(&stores).await];
    for venue in &venues {
        assert!(stores.forwarding.set_up_account(&venue.account()).await.unwrap());
    }
    let id = venues[0].id.to_string();
    for (column, damage) in [("identity", "'nobody'"), ("client_secret", "x'00'")] {
        place.run(&format!("UPDATE forwarding_account SET {column} = {damage} WHERE organization_id = x'{id}'")).await;
        let mut accounts = stores.forwarding.accounts().await.unwrap();
        accounts.sort_by_key(Result::is_ok);
        let row = CorruptRow { table: "forwarding_account", column, id: id.clone() };
        assert_eq!(accounts[0], Err(row));
        assert_eq!(accounts[1].as_ref().map(|account| account.organization_id), Ok(venues[1].id));
        place.run("UPDATE forwarding_account SET identity = 'extId'").await;
    }
}

/// How long an answer takes must not tell whether somebody has the name.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_is_as_much_work_as_a_known_one() {
    let (place, sealer) = (Place::new(), Arc::new(CountingSealer::default()));
    let store = SqliteStore::open(&place.path(), sealer.clone()).await.unwrap();
    sealer.assert_same_work(&Stores::of(Arc::new(store), ())).await;
}

/// A column that has no damage in the list above, or is not read back, would go unnoticed.
#[tokio::test(flavor = "multi_thread")]
async fn every_column_has_its_damage() {
    let place = Place::new();
    open(&place).await;
    let columns: String = place.ask("SELECT group_concat(name) FROM pragma_table_info('customer')").await;
    // Keys of the row, and numbers that CHECK keeps to 0 and 1.
    let spared = ["bucket", "organization_id", "id", "locked", "phone_verified", "email_verified"];
    let mut left = columns.split(',').filter(|column| !spared.contains(column));
    let undamaged = left.find(|column| damages().all(|(damaged, _)| damaged != *column));
    assert_eq!(undamaged, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_row_spoils_only_its_own_command() {
    let place = Place::new();
    let stores = open(&place).await;
    let venue = Venue::open(&stores).await;
    let damaged = venue.create(venue.post().email("a@example.org").guid("g")).await;
    place.run("UPDATE customer SET gender = 'm'").await;
    let row = CorruptRow { table: "customer", column: "gender", id: damaged.id.to_string() };

    let batch = vec![
        venue.post().email("b@example.org").into_command(),
        venue.put(damaged.id).first_name("Mario").into_command(),
        venue.post().email("a@example.org").ext_id("1").deduplicate("email").into_command(),
        venue.post().email("B@example.org").ext_id("1").deduplicate("email").into_command(),
    ];
    let answers = stores.customers.write(batch).await.unwrap();
    let good: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, false, false, true]);
    for answer in [&answers[1], &answers[2]] {
        assert_eq!(answer.as_ref().unwrap_err(), &CommandError::Corrupt(row.clone()));
    }
    let last = answers[3].as_ref().unwrap();
    assert_eq!(venue.find(last.customer.id).await.as_ref(), Some(&last.customer));
    assert_eq!(place.ask::<i64>("SELECT count(*) FROM customer WHERE first_name = 'Mario'").await, 0);

    place.run("UPDATE customer SET gender = NULL").await;
    assert_eq!(venue.find(damaged.id).await, Some(damaged));
}

/// A key that leads nowhere is a fault of that row, not of the batch.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_its_customer_is_told() {
    let place = Place::new();
    let stores = open(&place).await;
    let venue = Venue::open(&stores).await;
    let gone = venue.create(venue.post().email("a@example.org")).await;
    place.run("DELETE FROM customer").await;
    let answer = venue.write(venue.post().email("a@example.org").deduplicate("email")).await;
    let row = CorruptRow { table: "customer_key", column: "customer_id", id: gone.id.to_string() };
    assert_eq!(answer, Err(CommandError::Corrupt(row)));
}

/// A value of each column of a session that is none of the domain's.
const SESSION_DAMAGES: [(&str, &str); 10] = [
    ("nas_identifier", "' '"),
    ("nas_address", "'10'"),
    ("acct_session_id", "' '"),
    ("calling_station", "''"),
    ("called_station", "''"),
    ("framed_address", "'nowhere'"),
    ("terminate_cause", "''"),
    ("seconds", "4294967296"),
    ("started_at", "9223372036854775807"),
    ("ended_at", "9223372036854775807"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_session_is_told_by_its_column() {
    let place = Place::new();
    let stores = open(&place).await;
    for (column, damage) in SESSION_DAMAGES {
        let venue = Venue::open(&stores).await;
        let claims = Claims { customer_id: Some(venue.create(venue.post()).await.id), usernames: vec![] };
        let record = SessionRecord { claims, ..venue.session_record(column) };
        let customer_id = stores.network_sessions.record(&record).await.unwrap().unwrap();
        let damaged = format!("UPDATE network_session SET {column} = {damage} WHERE acct_session_id = '{column}'");
        place.run(&damaged).await;
        let sessions = stores.network_sessions.sessions(venue.id, customer_id, None, 9).await.unwrap();
        let row = CorruptRow { table: "network_session", column, id: record.id.to_string() };
        assert_eq!(sessions, [Err(row)], "{column} = {damage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_unreadable_rows_are_told_too() {
    let place = Place::new();
    let stores = open(&place).await;
    let venue = Venue::open(&stores).await;
    let service = venue.service(domain::access::Role::Radius);
    let key = service.service.client_key.clone();
    let service_id = service.service.id.to_string();
    stores.services.add(service).await.unwrap();
    place.run("UPDATE organization SET settings = '{\"answerCredentialsOnHit\":true,\"tokenLife\":0}'").await;
    place.run("UPDATE service SET role = 'king'").await;
    match stores.organizations.find(venue.id).await {
        Err(StoreError::Corrupt(row)) => {
            assert_eq!(row, CorruptRow { table: "organization", column: "settings", id: venue.id.to_string() });
        }
        other => panic!("{other:?}"),
    }
    match stores.services.find(&key).await {
        Err(StoreError::Corrupt(row)) => {
            assert_eq!(row, CorruptRow { table: "service", column: "role", id: service_id });
        }
        other => panic!("{other:?}"),
    }
}

/// Stored documents are read by later versions too: their form changes only with a migration.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_stored_documents_is_pinned() {
    let place = Place::new();
    let stores = open(&place).await;
    let venue = Venue::open(&stores).await;
    full_customer(&venue).await;
    for (column, text) in [
        ("custom", r#"{"ratio":0.1,"tags":["a",{"b":null}],"tier":"gold","visits":7}"#),
        (
            "policies",
            r#"{"privacy":true,"terms_of_use":true,"minimum_age_verification":false,"mktg_communications":true,"customs":{"loyalty":true,"parking":false}}"#,
        ),
        (
            "document",
            r#"{"member_id":"member 1","number":"number 1","passport_number":"passport 1","personal_id":"personal 1","kind":"kind 1"}"#,
        ),
        ("processing_data", r#"{"profiling":true,"processing_personal_data":false}"#),
        (
            "device",
            r#"{"source":"source 1","bundle":"bundle 1","vendor_id":"vendor 1","adv_id":"adv 1","install_id":"install 1","os":"os 1","device":"device 1","created":"created 1","guid":"guid 1","modified":"modified 1","last_seen":"last seen 1"}"#,
        ),
    ] {
        assert_eq!(place.ask::<String>(&format!("SELECT {column} FROM customer")).await, text);
    }
    venue
        .create(venue.post().without_policies().with(|changes| {
            changes.policies = domain::customer::Patch::Set(store_suite::edit::accepted());
        }))
        .await;
    let empty: String = place
        .ask("SELECT custom || policies || document || processing_data || device FROM customer WHERE ext_id IS NULL")
        .await;
    assert_eq!(empty, r#"{}{"privacy":true,"terms_of_use":true}{}{}{}"#);

    let (life, hits) = (TokenLife::new(60).unwrap(), TokenHits::new(3).unwrap());
    let tokens = TokenChanges { life: Patch::Set(life), hits: Patch::Set(hits) };
    let tokens = Patch::Set(tokens);
    let answer_credentials_on_hit = Patch::Set(false);
    let changes = SettingsChanges { answer_credentials_on_hit, tokens, ..SettingsChanges::default() };
    stores.organizations.configure(venue.id, changes).await.unwrap();
    assert_eq!(
        place.ask::<String>("SELECT settings FROM organization").await,
        r#"{"answerCredentialsOnHit":false,"tokenLife":60,"tokenHits":3}"#
    );
}

/// More than a statement or a wave takes, the commands of one batch depending on each other here and there.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_any_size_is_carried_out_in_its_order() {
    let place = Place::new();
    let stores = open(&place).await;
    let venue = Venue::open(&stores).await;
    let commands: Vec<_> = (0..700)
        .map(|n| match n % 100 {
            99 => venue.post().ext_id("99").deduplicate("extId"),
            n => venue.post().email("a@example.org").ext_id(&n.to_string()),
        })
        .collect();
    let ids: Vec<_> = commands.iter().map(|post| post.fresh.id).collect();
    let answers = stores.customers.write(commands.into_iter().map(IntoCommand::into_command).collect()).await.unwrap();
    let answers: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().customer.id).collect();
    for (n, (answer, id)) in answers.iter().zip(&ids).enumerate() {
        assert_eq!(*answer, if n % 100 == 99 { ids[99] } else { *id }, "{n}");
    }
    let queue: String = place
        .ask("SELECT group_concat(lower(hex(customer_id))) FROM (SELECT * FROM customer_key WHERE kind = 2 ORDER BY rank)")
        .await;
    let in_order = ids.iter().enumerate().filter(|(n, _)| n % 100 != 99);
    assert_eq!(queue, in_order.map(|(_, id)| id.to_string()).collect::<Vec<_>>().join(","));
    assert_eq!(place.ask::<i64>("SELECT max(rank) FROM customer_key WHERE kind = 2").await, 692);
}

/// Rank 0 owns: whoever looks at the table sees at once who that is, and the primary key keeps it to one.
#[tokio::test(flavor = "multi_thread")]
async fn every_value_has_its_owner_at_rank_0() {
    let place = Place::new();
    let stores = open(&place).await;
    let venue = Venue::open(&stores).await;
    let mut queue = Vec::new();
    for _ in 0..4 {
        queue.push(venue.create(venue.post().email("a@example.org").phone("+393331234567")).await.id);
    }
    let ranks = "SELECT group_concat(rank) FROM (SELECT rank FROM customer_key WHERE kind = 2 ORDER BY rank)";
    assert_eq!(place.ask::<String>(ranks).await, "0,1,2,3");
    for (gone, left) in [(2, "0,1,3"), (0, "0,3"), (1, "0")] {
        venue
            .update(venue.put(queue[gone]).with(|changes| changes.person.email = domain::customer::Patch::Clear))
            .await;
        assert_eq!(place.ask::<String>(ranks).await, left);
    }
    let owner: String = place.ask("SELECT lower(hex(customer_id)) FROM customer_key WHERE kind = 2").await;
    assert_eq!(owner, queue[3].to_string());
    let phones: i64 = place.ask("SELECT count(*) FROM customer_key WHERE kind = 1").await;
    assert_eq!(phones, 4, "the other kind is not touched");
}
