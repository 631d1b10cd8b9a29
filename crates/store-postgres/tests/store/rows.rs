//! The rows: their form, and what happens when one cannot be read.

use std::sync::Arc;

use domain::customer::{Customer, Patch, PostCustomer};
use domain::organization::{SettingsChanges, TokenChanges};
use domain::ports::{CommandError, CorruptRow, StoreError};
use domain::session::{Claims, SessionRecord};
use domain::token::{TokenHits, TokenLife};
use serde_json::json;
use store_postgres::PostgresStore;
use store_suite::edit::{Edit, EditPost, accepted};
use store_suite::scroll::{BY_ID, Scroll};
use store_suite::{CountingSealer, IntoCommand, Stores, Venue, damages, sample};

use crate::support::Place;

async fn full_customer(venue: &Venue<'_>) -> Customer {
    venue.create(PostCustomer { changes: sample::every_field(), ..venue.post() }).await
}

/// Values that are not the domain's, of columns beside the single values, and of those that have other damages too.
const DAMAGES: [(&str, &str); 19] = [
    ("source", "'nobody'"),
    ("username", "E'a\\n'"),
    ("password", "'\\x00'"),
    ("created_at", "'infinity'"),
    ("modified_at", "'-infinity'"),
    ("modified_at", "'10000-01-01'"),
    ("birth_date", "'infinity'"),
    ("last_name", "' '"),
    ("custom", "'[]'"),
    ("custom", "'{\" \":1}'"),
    ("custom", "'{\"huge\":1e400}'"),
    ("policies", "'{\"privacy\":1}'"),
    ("policies", "'{\"customs\":{\"\":true}}'"),
    ("document", "'\"{}\"'"),
    ("document", "'{\"number\":\" \"}'"),
    ("processing_data", "'null'"),
    ("processing_data", "'{\"unknown\":true}'"),
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
    let (_, stores) = place.stores().await;
    for (column, damage) in damages() {
        let venue = Venue::open(&stores).await;
        let customer = full_customer(&venue).await;
        let id = customer.id.to_string();
        place.psql(&format!("UPDATE customer SET {column} = {damage} WHERE id = '{id}'"));
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

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_account_spoils_no_other() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venues = [Venue::open(&stores).await, Venue::open(&stores).await];
    for venue in &venues {
        assert!(stores.forwarding.set_up_account(&venue.account()).await.unwrap());
    }
    let id = venues[0].id.to_string();
    for (column, damage) in [("identity", "'nobody'"), ("client_secret", "'\\x00'")] {
        place.psql(&format!("UPDATE forwarding_account SET {column} = {damage} WHERE organization_id = '{id}'"));
        let mut accounts = stores.forwarding.accounts().await.unwrap();
        accounts.sort_by_key(Result::is_ok);
        let row = CorruptRow { table: "forwarding_account", column, id: id.clone() };
        assert_eq!(accounts[0], Err(row));
        assert_eq!(accounts[1].as_ref().map(|account| account.organization_id), Ok(venues[1].id));
        place.psql("UPDATE forwarding_account SET identity = 'extId'");
    }
}

/// How long an answer takes must not tell whether somebody has the name.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_is_as_much_work_as_a_known_one() {
    let (place, sealer) = (Place::new(), Arc::new(CountingSealer::default()));
    let store = PostgresStore::open(place.settings(), sealer.clone()).await.unwrap();
    sealer.assert_same_work(&Stores::of(Arc::new(store), ())).await;
}

/// A column that has no damage in the list above, or is not read back, would go unnoticed.
#[tokio::test(flavor = "multi_thread")]
async fn every_column_has_its_damage() {
    let place = Place::new();
    place.open().await.unwrap();
    let columns = place.psql("SELECT attname FROM pg_attribute WHERE attrelid = 'customer'::regclass AND attnum > 0");
    // Keys of the row, and columns whose type has no other values.
    let spared =
        ["bucket", "organization_id", "id", "version", "location_id", "locked", "phone_verified", "email_verified"];
    let mut left = columns.lines().filter(|column| !spared.contains(column));
    let undamaged = left.find(|column| damages().all(|(damaged, _)| damaged != *column));
    assert_eq!(undamaged, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_row_spoils_only_its_own_command() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let damaged = venue.create(venue.post().email("a@example.org").guid("g")).await;
    place.psql("UPDATE customer SET gender = 'm'");
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
    assert_eq!(place.psql("SELECT count(*) FROM customer WHERE first_name = 'Mario'"), "0");

    place.psql("UPDATE customer SET gender = NULL");
    assert_eq!(venue.find(damaged.id).await, Some(damaged));
}

/// A key that leads nowhere is a fault of that row, not of the batch.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_its_customer_is_told() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let gone = venue.create(venue.post().email("a@example.org")).await;
    place.psql("DELETE FROM customer");
    let batch = vec![
        venue.post().email("b@example.org").deduplicate("email").into_command(),
        venue.post().email("a@example.org").deduplicate("email").into_command(),
        venue.post().email("a@example.org").into_command(),
    ];
    let answers = stores.customers.write(batch).await.unwrap();
    let row = CorruptRow { table: "customer_key", column: "customer_id", id: gone.id.to_string() };
    assert_eq!(answers[1], Err(CommandError::Corrupt(row)));
    assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
}

/// Nothing says which of the two is wrong, so it is no row that could be told. It ends all the same, and others work.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_its_customer_does_not_have_ends() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    venue.create(venue.post().email("a@example.org")).await;
    place.psql("UPDATE customer SET email = 'b@example.org'");
    let post = venue.post().email("a@example.org").deduplicate("email");
    let refused = stores.customers.write(vec![post.into_command()]).await.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Internal(error) if error.to_string().contains("do not agree")),
        "{refused:?}"
    );
    venue.create(venue.post().email("c@example.org").deduplicate("email")).await;
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
    ("started_at", "'infinity'"),
    ("ended_at", "'infinity'"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_session_is_told_by_its_column() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    for (column, damage) in SESSION_DAMAGES {
        let venue = Venue::open(&stores).await;
        let claims = Claims { customer_id: Some(venue.create(venue.post()).await.id), usernames: vec![] };
        let record = SessionRecord { claims, ..venue.session_record(column) };
        let customer_id = stores.network_sessions.record(&record).await.unwrap().unwrap();
        let damaged = format!("UPDATE network_session SET {column} = {damage} WHERE acct_session_id = '{column}'");
        place.psql(&damaged);
        let sessions = stores.network_sessions.sessions(venue.id, customer_id, None, 9).await.unwrap();
        let row = CorruptRow { table: "network_session", column, id: record.id.to_string() };
        assert_eq!(sessions, [Err(row)], "{column} = {damage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn other_unreadable_rows_are_told_too() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let service = venue.service(domain::access::Role::Radius);
    let key = service.service.client_key.clone();
    let service_id = service.service.id.to_string();
    stores.services.add(service).await.unwrap();
    place.psql("UPDATE organization SET settings = '{\"answerCredentialsOnHit\":true,\"tokenLife\":0}'");
    place.psql("UPDATE service SET role = 'king'");
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

/// A token whose hits cannot be read is not used up by trying to.
#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_token_keeps_its_hits() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 60, Some(2));
    stores.tokens.issue(new).await.unwrap();
    place.psql("UPDATE customer_token SET hits_left = 1 + (1::bigint << 32)");
    let hit = stores.tokens.hit(&token, domain::ports::Clock::now(&venue.clock)).await;
    let Err(StoreError::Corrupt(row)) = hit else { panic!("{hit:?}") };
    assert_eq!((row.table, row.column), ("customer_token", "hits_left"));
    assert_eq!(place.psql("SELECT hits_left - (1::bigint << 32) FROM customer_token"), "1");
}

/// Stored documents are read by later versions too: their form changes only with a migration.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_stored_documents_is_pinned() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    full_customer(&venue).await;
    for (column, text) in [
        ("custom", r#"{"tags": ["a", {"b": null}], "tier": "gold", "ratio": 0.1, "visits": 7}"#),
        (
            "policies",
            r#"{"customs": {"loyalty": true, "parking": false}, "privacy": true, "terms_of_use": true, "mktg_communications": true, "minimum_age_verification": false}"#,
        ),
        (
            "document",
            r#"{"kind": "kind 1", "number": "number 1", "member_id": "member 1", "personal_id": "personal 1", "passport_number": "passport 1"}"#,
        ),
        ("processing_data", r#"{"profiling": true, "processing_personal_data": false}"#),
        (
            "device",
            r#"{"os": "os 1", "guid": "guid 1", "adv_id": "adv 1", "bundle": "bundle 1", "device": "device 1", "source": "source 1", "created": "created 1", "modified": "modified 1", "last_seen": "last seen 1", "vendor_id": "vendor 1", "install_id": "install 1"}"#,
        ),
    ] {
        assert_eq!(place.psql(&format!("SELECT {column} FROM customer")), text);
    }
    let bare = venue.post().without_policies().with(|changes| changes.policies = Patch::Set(accepted()));
    venue.create(bare).await;
    let empty = "SELECT custom, policies, document, processing_data, device FROM customer WHERE ext_id IS NULL";
    assert_eq!(place.psql(empty), r#"{}|{"privacy": true, "terms_of_use": true}|{}|{}|{}"#);

    let (life, hits) = (TokenLife::new(60).unwrap(), TokenHits::new(3).unwrap());
    let tokens = TokenChanges { life: Patch::Set(life), hits: Patch::Set(hits) };
    let tokens = Patch::Set(tokens);
    let answer_credentials_on_hit = Patch::Set(false);
    let changes = SettingsChanges { answer_credentials_on_hit, tokens, ..SettingsChanges::default() };
    stores.organizations.configure(venue.id, changes).await.unwrap();
    assert_eq!(
        place.psql("SELECT settings FROM organization"),
        r#"{"tokenHits": 3, "tokenLife": 60, "answerCredentialsOnHit": false}"#
    );
}

/// PostgreSQL writes numbers out where JSON has an exponent. A customer that was within the limits has to stay so.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_come_back_as_they_were() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let numbers = json!([1e16, -1e18, 1.234_567_890_123_456_7e18, 1e19, 1e300, 5e-324, 1.0, 0.1, u64::MAX, i64::MIN]);
    let many = json!(vec![1e19; 2500]);
    let customer = venue.create(venue.post().custom(json!({"numbers": numbers, "many": many}))).await;
    assert_eq!(venue.find(customer.id).await, Some(customer));
}

/// Rank 0 owns: whoever looks at the table sees at once who that is, and the primary key keeps it to one.
#[tokio::test(flavor = "multi_thread")]
async fn every_value_has_its_owner_at_rank_0() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let mut queue = Vec::new();
    for _ in 0..4 {
        queue.push(venue.create(venue.post().email("a@example.org").phone("+393331234567")).await.id);
    }
    let ranks = "SELECT string_agg(rank::text, ',' ORDER BY rank) FROM customer_key WHERE kind = 2";
    assert_eq!(place.psql(ranks), "0,1,2,3");
    for (gone, left) in [(2, "0,1,3"), (0, "0,3"), (1, "0")] {
        venue.update(venue.put(queue[gone]).with(|changes| changes.person.email = Patch::Clear)).await;
        assert_eq!(place.psql(ranks), left);
    }
    let owner = place.psql("SELECT replace(customer_id::text, '-', '') FROM customer_key WHERE kind = 2");
    assert_eq!(owner, queue[3].to_string());
    assert_eq!(place.psql("SELECT count(*) FROM customer_key WHERE kind = 1"), "4", "the other kind is not touched");
}
