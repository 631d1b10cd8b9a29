//! How the server carries out what the store asks: by keys, whatever it knows or does not know of the tables.

use std::slice;
use std::sync::Arc;

use domain::access::Role;
use domain::customer::{Customer, Patch};
use domain::forwarding::{Account, Attempt, Outcome, Settlement};
use domain::list::Filter;
use domain::ports::{Clock, CustomerStore, Session, SessionEpoch};
use domain::session::{Claims, Restart, SessionRecord};
use domain::value::CustomerId;
use jiff::SignedDuration;
use postgres_cluster::{Database, test_server};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Executor, Row};
use store_suite::edit::{Edit, EditPost};
use store_suite::scroll::{BY_ID, BY_USERNAME, Scroll};
use store_suite::{IntoCommand, Stores, TestSealer, Venue};

use crate::{PostgresStore, Settings};

/// The statements that this store has, but for those of its opening. One that is new is to be carried out in [`use_all`].
const STATEMENTS: usize = 84;

/// The columns by which rows are found, of each table that grows.
const KEYS: [(&str, &[&[&str]]); 11] = [
    ("customer", &[&["bucket", "organization_id", "id"], &["username"]]),
    ("customer_key", &[&["bucket", "organization_id", "kind", "value"]]),
    ("customer_token", &[&["bucket", "hash"], &["customer_id"]]),
    ("customer_receipt", &[&["bucket", "organization_id", "key"]]),
    ("customer_installation", &[&["bucket", "organization_id", "customer_id"]]),
    ("customer_history", &[&["bucket", "organization_id", "customer_id"]]),
    ("forwarding", &[&["bucket", "organization_id"]]),
    ("session_ended", &[&["service_id", "id"]]),
    ("organization", &[&["bucket", "id"]]),
    ("location", &[&["bucket", "organization_id", "id"]]),
    ("network_session", &[&["bucket", "organization_id", "nas_identifier", "nas_address"], &["customer_id"]]),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_young_database_is_read_by_keys() {
    let database = Database::create(&test_server()).unwrap();
    check(&database).await;
}

/// The server believes that nothing is in any table, and does not look again.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_vacuumed_empty_is_read_by_keys() {
    let database = Database::create(&test_server()).unwrap();
    open(&database).await.close().await;
    database.psql("VACUUM").unwrap();
    check(&database).await;
}

/// The same where the tables have pages, as a dry run leaves them.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_whose_rows_were_undone_is_read_by_keys() {
    let database = Database::create(&test_server()).unwrap();
    open(&database).await.close().await;
    database.psql(&format!("BEGIN; {FILL}; ROLLBACK")).unwrap();
    database.psql("VACUUM").unwrap();
    check(&database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tiny_database_is_read_by_keys() {
    let database = Database::create(&test_server()).unwrap();
    open(&database).await.close().await;
    database.psql(&FILL.replace("20000", "3")).unwrap();
    database.psql("ANALYZE").unwrap();
    check(&database).await;
}

/// As many rows as nobody has time to insert: the server takes their number from its statistics.
#[tokio::test(flavor = "multi_thread")]
async fn a_huge_database_is_read_by_keys() {
    let database = Database::create(&test_server()).unwrap();
    open(&database).await.close().await;
    database.psql(FILL).unwrap();
    database.psql("ANALYZE").unwrap();
    database
        .psql(
            "UPDATE pg_class SET reltuples = reltuples * 10000
             WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples > 1000",
        )
        .unwrap();
    check(&database).await;
}

/// An import after its dry run: each customer that is looked for costs as many rows as the one before.
#[tokio::test(flavor = "multi_thread")]
async fn an_import_after_a_dry_run_visits_few_rows() {
    const PARTS: u32 = 12;
    const ROWS: u32 = 100;
    let database = Database::create(&test_server()).unwrap();
    let store = open(&database).await;
    let stores = Stores::of(store.clone(), ());
    let venue = Venue::open(&stores).await;
    let part = |part: u32| -> Vec<_> {
        let email = |row| format!("{part}-{row}@example.org");
        (0..ROWS).map(|row| venue.post().email(&email(row)).deduplicate("email").into_command()).collect()
    };
    for number in 0..PARTS {
        assert!(stores.customers.rehearse(part(number)).await.unwrap().iter().all(Result::is_ok));
    }
    // What the server does by itself after a while.
    database.psql("VACUUM").unwrap();
    let unknown = "SELECT count(*) FROM pg_class WHERE relname IN ('customer', 'customer_key') AND reltuples = 0";
    assert_eq!(database.psql(unknown).unwrap(), "2");
    // As a server that was started anew: it has no plans yet.
    let store = open(&database).await;
    for number in 0..PARTS {
        assert!(store.write(part(number)).await.unwrap().iter().all(Result::is_ok));
    }
    // Sessions hand in what they counted when they end.
    store.close().await;
    let visited = "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes WHERE relname IN ('customer', 'customer_key')";
    let visited: u64 = database.psql(visited).unwrap().parse().unwrap();
    let customers = u64::from(PARTS * ROWS);
    assert!(visited < 10 * customers, "{visited} rows for {customers} customers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_database_is_read_by_keys() {
    let database = Database::create(&test_server()).unwrap();
    open(&database).await.close().await;
    database.psql(FILL).unwrap();
    check(&database).await;
    database.psql("ANALYZE").unwrap();
    check(&database).await;
}

/// Many customers, nearly all of one organization.
const FILL: &str = "
    INSERT INTO customer (bucket, organization_id, id, location_id, source, username, password, locked, created_at,
                          modified_at, custom, policies, document, processing_data, device)
    SELECT 7, o.id, gen_random_uuid(), o.id, 'api', 'guest ' || n, '', true, now(), now(), '{}', '{}', '{}', '{}', '{}'
    FROM (SELECT gen_random_uuid() AS id) o, generate_series(1, 20000) n;
    INSERT INTO customer_key SELECT bucket, organization_id, kind, username || kind, 0, id
    FROM customer, generate_series(1, 2) kind;
    INSERT INTO customer_token SELECT bucket, sha256(username::bytea), organization_id, id, now(), 1 FROM customer;
    INSERT INTO customer_receipt
    SELECT bucket, organization_id, sha256(username::bytea), sha256(username::bytea), id, true, location_id, true, now()
    FROM customer;
    INSERT INTO customer_installation SELECT bucket, organization_id, id, 'a', now(), '{}' FROM customer;
    INSERT INTO customer_history SELECT now(), 1, 0, bucket, 3, organization_id, id, id, id FROM customer;
    INSERT INTO forwarding (bucket, organization_id, customer_id, change)
    SELECT bucket, organization_id, id, 1 FROM customer;
    INSERT INTO network_session
    SELECT bucket, organization_id, 'ap', '10.0.0.1', username, id, id, NULL, NULL, NULL, now(), now(), now(), NULL, 0, 0, 0
    FROM customer";

async fn open(database: &Database) -> Arc<PostgresStore> {
    // One connection, which then has every statement.
    let settings = Settings::parse(&database.url()).unwrap().connections(1);
    Arc::new(PostgresStore::open(settings, Arc::new(TestSealer::default())).await.unwrap())
}

/// Uses the store, and asks the session that it used how each of its statements is carried out in the general case.
async fn check(database: &Database) {
    let store = open(database).await;
    use_all(&Stores::of(store.clone(), ())).await;
    use_repeatedly(&store).await;
    let mut session = store.pool.acquire().await.unwrap();
    session.execute("SET plan_cache_mode = force_generic_plan").await.unwrap();
    let prepared = "SELECT name, statement, cardinality(parameter_types) FROM pg_prepared_statements";
    let prepared: Vec<(String, String, i32)> = sqlx::query_as(prepared).fetch_all(&mut *session).await.unwrap();
    let statements = prepared.len();
    let (mut met, mut faults, mut pages) = (Vec::new(), Vec::new(), 0);
    for (name, statement, parameters) in prepared {
        let nulls = vec!["NULL"; usize::try_from(parameters).unwrap()].join(", ");
        let call = if nulls.is_empty() { name } else { format!("{name}({nulls})") };
        let explain = AssertSqlSafe(format!("EXPLAIN (FORMAT JSON, COSTS OFF) EXECUTE {call}"));
        let plan: String = session.fetch_one(explain).await.unwrap().get_unchecked(0);
        let plan: Value = serde_json::from_str(&plan).unwrap();
        let mut looks = Vec::new();
        list(&plan[0]["Plan"], &mut looks);
        let strays = looks.iter().filter(|look| !is_by_key(&statement, look));
        faults.extend(strays.map(|look| format!("{statement}\n{look:#}")));
        pages += usize::from(is_page(&statement));
        if (is_page(&statement) || statement.contains("ORDER BY s.id")) && plan.to_string().contains("Sort") {
            faults.push(format!("{statement}\n{plan:#}"));
        }
        met.extend(looks.iter().map(|look| look["Relation Name"].clone()));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
    for (table, _) in KEYS {
        assert!(met.iter().any(|met| *met == *table), "{table} was used");
    }
    assert_eq!(pages, 8, "customers and edge of each order");
    assert!(statements >= STATEMENTS, "{statements} of {STATEMENTS} statements were carried out");
    drop(session);
    store.close().await;
}

/// Every way to a row, as callers go it all day.
async fn use_all(stores: &Stores) {
    let venue = Venue::open(stores).await;
    let given = venue.post().email("a@example.org").username("mario").guid("g").deduplicate("email,guid");
    let customer = venue.create(given).await;
    let behind = venue.create(venue.post().email("a@example.org")).await;
    venue.create(venue.post().email("a@example.org")).await;
    venue.update(venue.post().email("a@example.org").deduplicate("email")).await;
    venue.update(venue.put(customer.id).with(|changes| changes.person.email = Patch::Clear)).await;
    let several = vec![
        venue.post().email("b@example.org").deduplicate("email").into_command(),
        venue.post().email("c@example.org").deduplicate("email").into_command(),
        venue.put(customer.id).email("d@example.org").into_command(),
        venue.put(behind.id).first_name("Luigi").into_command(),
    ];
    assert!(stores.customers.write(several).await.unwrap().iter().all(Result::is_ok));
    // Somebody's name, and nobody's id.
    assert!(venue.write(venue.post().username("mario")).await.is_err());
    assert!(venue.write(venue.put(venue.post().fresh.id)).await.is_err());
    let keyed = venue.post().email("e@example.org").repeatable("key", "body");
    venue.create(keyed.clone()).await;
    venue.create(keyed).await;
    venue.find(customer.id).await.unwrap();
    assert!(stores.directory.credential(venue.id, &customer.username).await.unwrap().is_some());
    let keys = venue.find(behind.id).await.unwrap().keys();
    assert!(stores.directory.has_keys(venue.id, &keys).await.unwrap());
    assert!(!stores.directory.has_keys(venue.id, &customer.keys()).await.unwrap());
    assert!(stores.directory.exists_anywhere(customer.id).await.unwrap());
    stores.installations.report(venue.report(customer.id, "a")).await.unwrap();
    stores.installations.installations(venue.id, customer.id).await.unwrap();
    let (token, new) = venue.token(customer.id, 60, Some(2));
    stores.tokens.issue(new).await.unwrap();
    for start in [BY_ID, BY_USERNAME] {
        for reverse in [false, true] {
            let filter = Filter { has_email: Some(true), ..Filter::default() };
            Scroll { reverse, filter, ..Scroll::of(&venue, start.clone()) }.page().await;
        }
    }
    let keys = venue.find(behind.id).await.unwrap().keys().into_iter().collect();
    let named = Filter { keys, username: Some(behind.username.clone()), ..Filter::default() };
    for start in [BY_ID, BY_USERNAME] {
        for reverse in [false, true] {
            let scroll = Scroll { reverse, filter: named.clone(), ..Scroll::of(&venue, start.clone()) };
            assert_eq!(scroll.all().await.len(), 1);
        }
    }
    let now = venue.clock.now();
    assert!(stores.tokens.look_up(&token, now).await.unwrap().is_some());
    assert!(stores.tokens.hit(&token, now).await.unwrap().is_some());
    assert!(stores.tokens.redeem(&token, now).await.unwrap().is_some());
    assert!(stores.tokens.redeemable(&token, now).await.unwrap().is_some());
    stores.histories.history(venue.id, customer.id, None, 10).await.unwrap();
    for claims in [claims_of(&customer), Claims { customer_id: None, ..claims_of(&customer) }, Claims::default()] {
        let record = SessionRecord { claims, ..venue.session_record("1") };
        assert_eq!(stores.network_sessions.record(&record).await.unwrap(), Some(customer.id));
    }
    let nobody = Claims { customer_id: Some(CustomerId::from_bits(7)), usernames: vec![] };
    let record = SessionRecord { claims: nobody, ..venue.session_record("2") };
    assert_eq!(stores.network_sessions.record(&record).await.unwrap(), None);
    stores.network_sessions.sessions(venue.id, customer.id, None, 10).await.unwrap();
    let nas = venue.session_record("1").nas;
    assert_eq!(stores.network_sessions.restart(venue.id, &nas, Restart::On, now).await.unwrap(), 1);
    venue.write(venue.erase(customer.id)).await.unwrap();
    let new = venue.service(Role::Radius);
    let epoch = SessionEpoch::default();
    let session = Session { service_id: new.service.id, id: 1, epoch, expires_at: now };
    assert!(stores.services.add(new).await.unwrap());
    stores.sessions.end(session).await.unwrap();
    assert_eq!(stores.sessions.service_of(session).await.unwrap(), None);
    let later = now + SignedDuration::from_hours(48);
    assert_eq!(stores.sessions.purge_sessions(later).await.unwrap(), 1);
    let (_, expiring) = venue.token(behind.id, 60, None);
    stores.tokens.issue(expiring).await.unwrap();
    assert!(stores.tokens.purge_tokens(later).await.unwrap() > 0);
    assert!(stores.customers.purge_receipts(later).await.unwrap() > 0);
    forward(&venue).await;
}

/// What is carried out for the second time, locks, and looks for what the first time left.
async fn use_repeatedly(store: &Arc<PostgresStore>) {
    let stores = Stores::of(store.clone(), ());
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post().email("a@example.org")).await;
    let batch = [
        venue.post().email("a@example.org").deduplicate("email").into_command(),
        venue.post().email("b@example.org").deduplicate("email").into_command(),
        venue.put(customer.id).first_name("Luigi").into_command(),
    ];
    let mut tx = store.pool.begin().await.unwrap();
    let (answers, _) = store.carry_out(&mut tx, &batch, true).await.unwrap();
    assert!(answers.iter().all(Result::is_ok));
    tx.rollback().await.unwrap();
}

/// Every way to who waits.
async fn forward(venue: &Venue<'_>) {
    let (forwarding, at) = (&venue.stores.forwarding, venue.clock.now());
    let account = venue.account();
    assert!(forwarding.set_up_account(&account).await.unwrap());
    let customer = venue.create(venue.post()).await;
    forwarding.enqueue(venue.id, customer.id, 9, at).await.unwrap();
    let parcel = forwarding.take(&account, at, at, 9).await.unwrap().remove(0);
    let outcome = Outcome::GiveUp { at, attempt: Attempt::default() };
    let settlement = Settlement::of(&parcel, outcome);
    forwarding.settle(venue.id, slice::from_ref(&settlement)).await.unwrap();
    forwarding.settle(venue.id, &[Settlement { outcome: Outcome::Done(None), change: 0, ..settlement }]).await.unwrap();
    forwarding.standing(venue.id, 9).await.unwrap();
    forwarding.dead_letters(venue.id, None, 9).await.unwrap();
    forwarding.retry(venue.id, None, at).await.unwrap();
    forwarding.set_up_account(&Account { remote_organization: account.client_key.clone(), ..account }).await.unwrap();
    forwarding.remove_account(venue.id).await.unwrap();
    forwarding.forget(venue.id, customer.id, 9).await.unwrap();
}

fn claims_of(customer: &Customer) -> Claims {
    Claims { customer_id: Some(customer.id), usernames: vec![customer.username.clone()] }
}

/// The looks at tables, of a plan.
fn list<'p>(node: &'p Value, looks: &mut Vec<&'p Value>) {
    if node["Relation Name"].is_string() && node["Node Type"] != "ModifyTable" {
        looks.push(node);
    }
    node["Plans"].as_array().into_iter().flatten().for_each(|child| list(child, looks));
}

/// Reads a part of a list of customers, in its order.
fn is_page(statement: &str) -> bool {
    statement.contains("FROM customer c") && ["LIMIT $5", "OFFSET $5"].iter().any(|end| statement.ends_with(end))
}

/// A table that grows is to be looked at by one of its keys, a list along its order, and an owner is not to be sought along its queue.
fn is_by_key(statement: &str, look: &Value) -> bool {
    let condition = look["Index Cond"].as_str().unwrap_or_default();
    let by = |key: &[&str]| key.iter().all(|column| condition.contains(&format!("{column} = ")));
    let Some((table, keys)) = KEYS.iter().find(|(table, _)| look["Relation Name"] == *table) else { return true };
    // All organizations are asked, and all of their locations: both are few.
    if *table == "organization" && statement.contains("CROSS JOIN unnest($1::uuid[]) AS q(id)")
        || *table == "location" && statement.contains("WHERE l.id = $1)")
    {
        return true;
    }
    if is_page(statement) {
        let key = if statement.contains("ORDER BY c.id") { "id" } else { "(username)::text" };
        return by(&["bucket", "organization_id"])
            && ["<", ">"].iter().all(|end| condition.contains(&format!("({key} {end}")));
    }
    // Those that are old, which are sought by their age alone.
    let oldest = ["ORDER BY expires_at LIMIT 1", "ORDER BY answered_at LIMIT 1"];
    if oldest.iter().any(|end| statement.ends_with(end))
        || statement.contains("LIMIT 1000) AS q") && look["Alias"] == "e"
    {
        return ["expires_at <", "answered_at <"].iter().any(|age| condition.contains(age));
    }
    // Ended ones are many.
    if *table == "network_session" && statement.contains("ended_at IS NULL") {
        return look["Index Name"] == "network_session_open" && keys.iter().any(|key| by(key));
    }
    let for_owner = *table == "customer_key" && statement.contains("k.rank = 0 * q.kind");
    keys.iter().any(|key| by(key)) && (!for_owner || condition.contains("rank = (0"))
}
