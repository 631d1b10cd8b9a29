//! The database: who may open it, what is in it, and that everything is there again.

use domain::access::Role;
use domain::customer::EraseCustomer;
use domain::ports::{
    Clock, CustomerStore, OrganizationStore, Readiness, ServiceStore, Session, SessionEpoch, SessionStore,
};
use domain::ports::{StoreError, TokenStore};
use domain::value::{CustomerId, OrganizationId};
use jiff::SignedDuration;
use store_postgres::OpenError;
use store_suite::edit::{Edit, EditPost};
use store_suite::older::Older;
use store_suite::{IntoCommand, TestSealer, Venue, sample};
use tokio::runtime::Handle;

use crate::rival::until;
use crate::support::{Place, open};

/// What there is in the database.
const FORM: &str = "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1";

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_after_reopening() {
    let place = Place::new();
    let (store, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let mut post = venue.post();
    post.changes = sample::every_field();
    let customer = venue.create(post).await;
    let (token, new) = venue.token(customer.id, 60, Some(2));
    stores.tokens.issue(new).await.unwrap();
    let service = venue.service(Role::OrganizationManager);
    let session = Session {
        service_id: service.service.id,
        id: 1,
        epoch: SessionEpoch::default(),
        expires_at: venue.clock.now(),
    };
    let kept = Session { id: 2, ..session };
    let added = service.service.clone();
    stores.services.add(service).await.unwrap();
    stores.sessions.end(session).await.unwrap();
    let organization = stores.organizations.find(venue.id).await.unwrap();
    store.close().await;

    // Twice: once after closing, once after a store that was just dropped.
    for _ in 0..2 {
        let reopened = place.open().await.unwrap();
        assert_eq!(CustomerStore::find(&reopened, venue.id, customer.id).await.unwrap().as_ref(), Some(&customer));
        let live = reopened.look_up(&token, venue.clock.now()).await.unwrap().unwrap();
        assert_eq!(live.hits_left, Some(2));
        assert_eq!(ServiceStore::list(&reopened).await.unwrap(), [Ok(added.clone())]);
        assert_eq!(reopened.service_of(session).await.unwrap(), None);
        assert_eq!(reopened.service_of(kept).await.unwrap().as_ref(), Some(&added));
        assert_eq!(OrganizationStore::find(&reopened, venue.id).await.unwrap(), organization);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_once() {
    let place = Place::new();
    let form = "SELECT * FROM guestbook_migration ORDER BY version";
    place.open().await.unwrap().close().await;
    let once = place.psql(form);
    place.open().await.unwrap().close().await;
    assert_eq!(place.psql(form), once);
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().count();
    assert_eq!(once.lines().count(), files);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_instances_start_at_once() {
    let place = Place::new();
    let (runtime, url) = (Handle::current(), place.url());
    let opened: Vec<_> = std::thread::scope(|scope| {
        let openings: Vec<_> = (0..8).map(|_| scope.spawn(|| runtime.block_on(open(&url)))).collect();
        openings.into_iter().map(|opening| opening.join().unwrap()).collect()
    });
    for opened in opened {
        opened.unwrap().check().await.unwrap();
    }
    assert_eq!(place.psql("SELECT count(*) FROM key_check"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_programs_database_is_refused_and_left_as_it_is() {
    for sql in ["CREATE TABLE invoice (id integer)", "CREATE TABLE invoice (id integer) PARTITION BY RANGE (id)"] {
        let place = Place::new();
        place.psql(sql);
        let before = place.psql(FORM);
        let refused = place.open().await.unwrap_err();
        assert!(matches!(refused, OpenError::NotOurs { .. }), "{sql}: {refused:?}");
        assert_eq!(place.psql(FORM), before, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_extension_brings_along_is_nobodys() {
    let place = Place::new();
    // As that for geography does with its table of coordinate systems.
    place.psql("CREATE TABLE spatial (id integer); ALTER EXTENSION plpgsql ADD TABLE spatial");
    place.open().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_is_refused_and_left_as_it_is() {
    let place = Place::new();
    place.open().await.unwrap().close().await;
    place.psql(
        "INSERT INTO guestbook_migration (version, description, success, checksum, execution_time)
         VALUES (9999, 'of the future', true, '', 0);
         DROP TABLE key_check",
    );
    let listed = "SELECT * FROM guestbook_migration ORDER BY version";
    let before = (place.psql(FORM), place.psql(listed));
    let refused = place.open().await.unwrap_err();
    assert!(matches!(refused, OpenError::Newer { .. }), "{refused:?}");
    assert_eq!((place.psql(FORM), place.psql(listed)), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_told() {
    let place = Place::new();
    place.open().await.unwrap().close().await;
    for _ in 0..2 {
        let refused = place.open_with(TestSealer::with_key(1)).await.unwrap_err();
        assert!(matches!(refused, OpenError::WrongKey), "{refused:?}");
    }
    place.open().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_is_unavailable() {
    let place = Place::new();
    let (store, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    let (token, new) = venue.token(customer.id, 60, None);
    let (now, service) = (venue.clock.now(), venue.service(Role::Radius));
    let session = Session { service_id: service.service.id, id: 1, epoch: SessionEpoch::default(), expires_at: now };
    store.close().await;
    let unavailable = |error: StoreError| assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    unavailable(store.write(vec![venue.post().into_command()]).await.unwrap_err());
    unavailable(stores.customers.find(venue.id, customer.id).await.unwrap_err());
    unavailable(store.look_up(&token, now).await.unwrap_err());
    unavailable(store.hit(&token, now).await.unwrap_err());
    unavailable(store.purge_tokens(now).await.unwrap_err());
    assert!(matches!(store.issue(new).await, Err(domain::ports::CustomerError::Store(StoreError::Unavailable(_)))));
    unavailable(OrganizationStore::list(&*store).await.unwrap_err());
    unavailable(stores.services.add(service).await.unwrap_err());
    unavailable(store.service_of(session).await.unwrap_err());
    unavailable(store.end(session).await.unwrap_err());
    unavailable(store.check().await.unwrap_err());
    let gone = "SELECT count(*) = 0 FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = 'guestbook'";
    until(&place, gone).await;
}

/// Whoever gets the tables gets no password, no secret and no token from them.
#[tokio::test(flavor = "multi_thread")]
async fn the_database_holds_no_secret() {
    let place = Place::new();
    let (_, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post().password("geheimes Passwort").email("visible@example.org")).await;
    let (token, new) = venue.token(customer.id, 60, None);
    stores.tokens.issue(new).await.unwrap();
    let service = venue.service(Role::Radius);
    let secrets = [
        customer.password.reveal().to_owned(),
        token.reveal().to_owned(),
        service.client_secret.reveal().to_owned(),
        service.bearer.as_ref().unwrap().reveal().to_owned(),
    ];
    stores.services.add(service).await.unwrap();
    let tables = ["customer", "customer_key", "customer_token", "organization", "location", "service", "key_check"];
    let everything: String = tables.map(|table| place.psql(&format!("SELECT * FROM {table}"))).concat();
    assert!(everything.contains("visible@example.org"));
    for secret in secrets {
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        assert!(!everything.contains(&secret) && !everything.contains(&hex));
    }
}

/// Dead tokens are gone from the tables, not only from the answers.
#[tokio::test(flavor = "multi_thread")]
async fn purging_counts_rows() {
    let place = Place::new();
    let (store, stores) = place.stores().await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post()).await;
    let service = venue.service(Role::OrganizationManager);
    let service_id = service.service.id;
    stores.services.add(service).await.unwrap();
    let now = venue.clock.now();
    for n in 1..=3_i64 {
        stores.tokens.issue(venue.token(customer.id, n, None).1).await.unwrap();
        let expires_at = now + SignedDuration::from_secs(n);
        store
            .end(Session { service_id, id: u128::try_from(n).unwrap(), epoch: SessionEpoch::default(), expires_at })
            .await
            .unwrap();
    }
    let later = now + SignedDuration::from_secs(2);
    assert_eq!(store.purge_tokens(later).await.unwrap(), 2);
    assert_eq!(store.purge_sessions(later).await.unwrap(), 2);
    assert_eq!(place.psql("SELECT count(*) FROM customer_token"), "1");
    assert_eq!(place.psql("SELECT count(*) FROM session_ended"), "1");
}

#[tokio::test(flavor = "multi_thread")]
async fn forgetting_takes_few_rows_at_a_time() {
    let place = Place::new();
    let store = place.open().await.unwrap();
    place.psql(
        "INSERT INTO customer_token
         SELECT 0, sha256(i::text::bytea), gen_random_uuid(), gen_random_uuid(), to_timestamp(i / 1000.0), NULL
         FROM generate_series(1, 1001) i;
         INSERT INTO session_ended
         SELECT gen_random_uuid(), gen_random_uuid(), to_timestamp(i / 1000.0) FROM generate_series(1, 1001) i",
    );
    let later = domain::Timestamp::from_second(10).unwrap();
    for (expected, call) in [(1000, "first"), (1, "second"), (0, "third")] {
        assert_eq!(store.purge_tokens(later).await.unwrap(), expected, "{call}");
        assert_eq!(store.purge_sessions(later).await.unwrap(), expected, "{call}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_of_an_older_version_is_migrated_and_read() {
    let place = Place::new();
    place.psql(include_str!("../older/registry_0017.sql"));
    let older = Older {
        organization_id: OrganizationId::from_bits(0x9e351337_2fb4f846_00000000_000001fa),
        customer_id: CustomerId::from_bits(0x9e351337_2fb4f846_00000000_000001fc),
        erased_id: CustomerId::from_bits(0x9e351337_2fb4f846_00000000_0000020a),
    };
    let (_store, stores) = place.stores().await;
    older.assert_reads(&stores).await;

    // Fields that this version does not know make an event unreadable, and an erasure leaves nothing of them.
    let customer_id = older.customer_id;
    let event = format!("customer_id = '{customer_id}' AND call = 1");
    place.psql(&format!(
        "UPDATE customer_history SET more_fields = decode(repeat('00', 23) || '80', 'hex') WHERE {event}"
    ));
    let events = stores.histories.history(older.organization_id, customer_id, None, 1).await.unwrap();
    assert_eq!(events[0].as_ref().unwrap_err().column, "fields");
    assert_eq!(place.psql("SELECT count(more_fields) FROM customer_history").trim(), "1");
    let venue = Venue::open(&stores).await;
    let erase = EraseCustomer { organization_id: older.organization_id, ..venue.erase(customer_id) };
    venue.write(erase).await.unwrap();
    assert_eq!(place.psql("SELECT count(more_fields) FROM customer_history").trim(), "0");
}
