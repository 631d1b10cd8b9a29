//! The file: who may open it, what is in it, and that everything is there again.
#![expect(clippy::unwrap_used, reason = "a failure is to end the test")]

mod support;

use std::sync::Arc;

use domain::access::Role;
use domain::customer::EraseCustomer;
use domain::ports::{
    Clock, CustomerStore, Readiness, ServiceStore, Session, SessionEpoch, SessionStore, StoreError, TokenStore,
};
use domain::value::{CustomerId, OrganizationId};
use jiff::SignedDuration;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use store_sqlite::{OpenError, SqliteStore};
use store_suite::edit::{Edit, EditPost};
use store_suite::older::Older;
use store_suite::trace::Traces;
use store_suite::{Stores, TestSealer, Venue, sample};
use support::Place;

async fn stores(place: &Place) -> (Arc<SqliteStore>, Stores) {
    let store = Arc::new(place.open().await.unwrap());
    (store.clone(), Stores::of(store, ()))
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_there_after_reopening() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
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
    store.close().await.unwrap();

    // Twice: once after closing, once after a store that was just dropped.
    for _ in 0..2 {
        let reopened = place.open().await.unwrap();
        assert_eq!(CustomerStore::find(&reopened, venue.id, customer.id).await.unwrap().as_ref(), Some(&customer));
        let live = reopened.look_up(&token, venue.clock.now()).await.unwrap().unwrap();
        assert_eq!(live.hits_left, Some(2));
        assert_eq!(ServiceStore::list(&reopened).await.unwrap(), [Ok(added.clone())]);
        assert_eq!(reopened.service_of(session).await.unwrap(), None);
        assert_eq!(reopened.service_of(kept).await.unwrap().as_ref(), Some(&added));
        assert_eq!(domain::ports::OrganizationStore::find(&reopened, venue.id).await.unwrap(), organization);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrations_run_once() {
    let place = Place::new();
    for _ in 0..2 {
        place.open().await.unwrap().close().await.unwrap();
    }
    let applied: i64 = place.ask::<i64>("SELECT count(*) FROM _sqlx_migrations").await;
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap().count();
    assert_eq!(applied, i64::try_from(files).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_leaves_one_file_and_answers_unavailable() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    store.close().await.unwrap();
    assert!(!place.beside("-wal").exists(), "the journal is in the database");
    let written = store.write(vec![]).await;
    assert!(matches!(written, Err(StoreError::Unavailable(_))), "{written:?}");
    assert!(matches!(stores.customers.find(venue.id, venue.post().fresh.id).await, Err(StoreError::Unavailable(_))));
    assert!(matches!(store.check().await, Err(StoreError::Unavailable(_))));
    // The store still exists, but the file is free.
    place.open().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_process_is_kept_out() {
    let place = Place::new();
    let (_first, stores) = stores(&place).await;
    let refused = place.open().await.unwrap_err();
    assert!(matches!(&refused, OpenError::InUse { path } if *path == place.path()));
    assert_eq!(refused.to_string(), format!("{} is in use by another process", place.path().display()));
    stores.readiness.check().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_opening_lets_go_of_the_file() {
    let place = Place::new();
    place.open().await.unwrap().close().await.unwrap();
    for _ in 0..2 {
        let refused = SqliteStore::open(&place.path(), Arc::new(TestSealer::with_key(1))).await.unwrap_err();
        assert!(matches!(refused, OpenError::WrongKey), "{refused:?}");
        assert_eq!(
            refused.to_string(),
            "the key file does not belong to this database; restore the one it was created with"
        );
    }
    place.open().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn another_programs_file_is_refused_and_left_as_it_is() {
    for sql in ["CREATE TABLE invoice (id INTEGER)", "PRAGMA application_id = 7", "no SQL"] {
        let place = Place::new();
        if sql == "no SQL" {
            std::fs::write(place.path(), "To whom it may concern, ".repeat(100)).unwrap();
        } else {
            std::fs::write(place.path(), "").unwrap();
            place.run(sql).await;
        }
        let before = std::fs::read(place.path()).unwrap();
        let refused = place.open().await.unwrap_err();
        assert!(matches!(&refused, OpenError::NotOurs { path } if *path == place.path()), "{sql}: {refused:?}");
        assert_eq!(std::fs::read(place.path()).unwrap(), before, "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_version_is_refused() {
    let place = Place::new();
    place.open().await.unwrap().close().await.unwrap();
    place
        .run(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'of the future', true, x'00', 0)",
        )
        .await;
    let refused = place.open().await.unwrap_err();
    assert!(matches!(&refused, OpenError::Newer { path } if *path == place.path()), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_cannot_be_opened_is_told_with_its_cause() {
    let place = Place::new();
    let path = place.path().join("no such directory/guestbook.db");
    let refused = SqliteStore::open(&path, Arc::new(TestSealer::default())).await.unwrap_err();
    assert!(matches!(refused, OpenError::Other { .. }), "{refused:?}");
    assert!(std::error::Error::source(&refused).is_some());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn only_the_owner_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let (_store, stores) = stores(&place).await;
    Venue::open(&stores).await;
    for suffix in ["", ".lock", "-wal", "-shm"] {
        let mode = std::fs::metadata(place.beside(suffix)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix:?}");
    }
}

/// Whoever gets the file gets no password, no secret and no token from it.
#[tokio::test(flavor = "multi_thread")]
async fn the_file_holds_no_secret() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
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
    store.close().await.unwrap();
    let bytes = std::fs::read(place.path()).unwrap();
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("visible@example.org"));
    for secret in secrets {
        assert!(!holds(&secret));
    }
}

/// Dead tokens are gone from the file, not only from the answers.
#[tokio::test(flavor = "multi_thread")]
async fn purging_counts_rows() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
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
    assert_eq!(place.ask::<i64>("SELECT count(*) FROM customer_token").await, 1);
    assert_eq!(place.ask::<i64>("SELECT count(*) FROM session_ended").await, 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_to_the_file_meets_the_same_lock() {
    let place = Place::new();
    let open = place.open().await.unwrap();
    let link = place.beside(".link");
    std::os::unix::fs::symlink(place.path(), &link).unwrap();
    let refused = SqliteStore::open(&link, Arc::new(TestSealer::default())).await.unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    open.close().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_could_read_is_closed_to_them() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.open().await.unwrap().close().await.unwrap();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o644)).unwrap();
    let _open = place.open().await.unwrap();
    for suffix in ["", "-wal"] {
        let mode = std::fs::metadata(place.beside(suffix)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix}");
    }
}

#[tokio::test]
async fn forgetting_lets_writers_in_between() {
    let place = Place::new();
    let store = place.open().await.unwrap();
    let many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1001)";
    place
        .run(&format!(
            "{many} INSERT INTO customer_token SELECT 0, randomblob(32), zeroblob(16), zeroblob(16), i, NULL, NULL FROM n"
        ))
        .await;
    place.run(&format!("{many} INSERT INTO session_ended SELECT 0, zeroblob(16), randomblob(16), i FROM n")).await;
    let later = domain::Timestamp::from_second(10).unwrap();
    for (expected, call) in [(1000, "first"), (1, "second"), (0, "third")] {
        assert_eq!(store.purge_tokens(later).await.unwrap(), expected, "{call}");
        assert_eq!(store.purge_sessions(later).await.unwrap(), expected, "{call}");
    }
}

/// Everything in the files beside each other.
fn files(place: &Place) -> Vec<u8> {
    ["", "-wal", "-shm"].iter().flat_map(|suffix| std::fs::read(place.beside(suffix)).unwrap_or_default()).collect()
}

/// Neither in the database nor in its journal, while the store is open and when it is closed.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_the_person_is_left_in_the_files() {
    let place = Place::new();
    let store = Arc::new(place.open().await.unwrap());
    let stores = Stores::of(store.clone(), ());
    let venue = Venue::open(&stores).await;
    let traces = Traces::leave(&venue).await;
    let before = traces.found(&files(&place));
    for what in [
        "username",
        "first name second",
        "picture first",
        "push token",
        "calling station",
        "+393331119247",
        "1931-12-29",
    ] {
        assert!(before.iter().any(|found| found.contains(what)), "{what} was there");
    }
    assert!(!before.iter().any(|found| found.contains("password")), "a password is sealed");
    venue.write(venue.erase(traces.customer_id)).await.unwrap();
    assert_eq!(traces.found(&files(&place)), [""; 0]);
    assert_eq!(std::fs::metadata(place.beside("-wal")).unwrap().len(), 0);
    store.close().await.unwrap();
    assert_eq!(traces.found(&files(&place)), [""; 0]);
}

/// Whatever path it comes by: each start through it would write past the other.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hard_link_to_the_file_meets_the_same_lock() {
    let place = Place::new();
    let open = place.open().await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("other.db");
    std::fs::hard_link(place.path(), &link).unwrap();
    let refused = SqliteStore::open(&link, Arc::new(TestSealer::default())).await.unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused:?}");
    open.close().await.unwrap();
}

/// By the other name the journal would not be found.
#[cfg(unix)]
#[tokio::test]
async fn a_file_with_two_names_is_not_opened() {
    let place = Place::new();
    place.open().await.unwrap().close().await.unwrap();
    let link = place.beside(".link");
    std::fs::hard_link(place.path(), &link).unwrap();
    for path in [&link, &place.path()] {
        let refused = SqliteStore::open(path, Arc::new(TestSealer::default())).await.unwrap_err();
        assert!(matches!(&refused, OpenError::Linked { path: of } if of == path), "{refused:?}");
    }
    std::fs::remove_file(link).unwrap();
    place.open().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_that_leads_to_nothing_leads_to_a_new_database() {
    let place = Place::new();
    let link = place.beside(".link");
    std::os::unix::fs::symlink(place.path(), &link).unwrap();
    let open = SqliteStore::open(&link, Arc::new(TestSealer::default())).await.unwrap();
    assert!(place.beside("-wal").exists(), "the journal is beside the database and not beside the link");
    open.close().await.unwrap();
}

#[tokio::test]
async fn a_registry_that_is_lost_is_not_begun_anew() {
    let place = Place::new();
    let open_existing = async || SqliteStore::open_existing(&place.path(), Arc::new(TestSealer::default())).await;
    let refused = open_existing().await.unwrap_err();
    assert!(matches!(&refused, OpenError::Empty { path } if *path == place.path()), "{refused:?}");
    assert!(!place.path().exists(), "nothing is made");

    std::fs::write(place.path(), "").unwrap();
    let refused = open_existing().await.unwrap_err();
    assert!(matches!(&refused, OpenError::Empty { .. }), "{refused:?}");
    assert_eq!(std::fs::metadata(place.path()).unwrap().len(), 0);

    place.open().await.unwrap().close().await.unwrap();
    open_existing().await.unwrap().close().await.unwrap();

    // Tables in which no registry was ever begun.
    place.run("DELETE FROM key_check").await;
    let refused = open_existing().await.unwrap_err();
    assert!(matches!(&refused, OpenError::Empty { .. }), "{refused:?}");
}

/// SQLite would carry out the journal on the copy, whatever that is a copy of.
#[tokio::test(flavor = "multi_thread")]
async fn a_copy_beside_an_old_journal_is_refused() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    place.run(&format!("VACUUM INTO '{}'", place.beside(".copy").display())).await;
    venue.create(venue.post()).await;
    std::fs::copy(place.beside("-wal"), place.beside(".old-wal")).unwrap();
    store.close().await.unwrap();
    for damaged in [false, true] {
        if damaged {
            std::fs::write(place.path(), "").unwrap();
        } else {
            std::fs::copy(place.beside(".copy"), place.path()).unwrap();
        }
        std::fs::copy(place.beside(".old-wal"), place.beside("-wal")).unwrap();
        let before = files(&place);
        let refused = place.open().await.unwrap_err();
        assert!(matches!(&refused, OpenError::StrayJournal { path } if *path == place.path()), "{refused:?}");
        assert!(files(&place) == before, "nothing is changed");
    }
    std::fs::remove_file(place.beside("-wal")).unwrap();
    std::fs::copy(place.beside(".copy"), place.path()).unwrap();
    place.open().await.unwrap();
}

/// The same with a copy that is in WAL mode, as that of sqlite3's `.backup` is, or of a database that was stopped: the
/// journal does not fit, which shows in what comes out.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_its_journal_spoils_is_refused_and_left_as_it_is() {
    let place = Place::new();
    place.open().await.unwrap().close().await.unwrap();
    std::fs::copy(place.path(), place.beside(".copy")).unwrap();
    let grow = async |customers: usize| {
        let (store, stores) = stores(&place).await;
        let venue = Venue::open(&stores).await;
        for n in 0..customers {
            venue.create(venue.post().email(&format!("guest{n}@example.org"))).await;
        }
        std::fs::copy(place.beside("-wal"), place.beside(".old-wal")).unwrap();
        store.close().await.unwrap();
    };
    grow(200).await;
    grow(1).await;
    let after = std::fs::read(place.path()).unwrap();
    std::fs::copy(place.beside(".copy"), place.path()).unwrap();
    std::fs::copy(place.beside(".old-wal"), place.beside("-wal")).unwrap();
    let refused = place.open().await.unwrap_err();
    assert!(matches!(&refused, OpenError::StrayJournal { path } if *path == place.path()), "{refused:?}");
    assert!(std::fs::read(place.path()).unwrap() == std::fs::read(place.beside(".copy")).unwrap());
    // One that has the header, since the database grows once more.
    std::fs::remove_file(place.beside("-wal")).unwrap();
    std::fs::write(place.path(), after).unwrap();
    grow(200).await;
    std::fs::copy(place.beside(".copy"), place.path()).unwrap();
    std::fs::copy(place.beside(".old-wal"), place.beside("-wal")).unwrap();
    let refused = place.open().await.unwrap_err();
    assert!(matches!(&refused, OpenError::Damaged { path, .. } if *path == place.path()), "{refused:?}");
    assert_eq!(refused.to_string().lines().count(), 1);
    assert!(std::fs::read(place.path()).unwrap() == std::fs::read(place.beside(".copy")).unwrap());
}

/// A connection that reads and goes on reading what was there at this moment.
async fn reader(place: &Place) -> sqlx::SqliteConnection {
    use sqlx::{ConnectOptions, Executor};
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(place.path()).read_only(true);
    let mut reader = options.connect().await.unwrap();
    reader.execute("BEGIN; SELECT count(*) FROM customer").await.unwrap();
    reader
}

/// Somebody who reads on keeps the person in the journal, but nobody from writing; and when that ends, so does this.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_beside_a_reader_is_made_up_for() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    let traces = Traces::leave(&venue).await;
    let reader = reader(&place).await;
    venue.write(venue.erase(traces.customer_id)).await.unwrap();
    assert!(!traces.found(&files(&place)).is_empty(), "the reader still reads the person");
    let pending = store.journal();
    assert!(pending.erasure_pending.is_some() && pending.bytes > 0, "{pending:?}");
    // The task tries in vain meanwhile. SQLite's own wait would be five seconds for each.
    for n in 0..50 {
        let create = venue.create(venue.post().email(&format!("guest{n}@example.org")));
        tokio::time::timeout(std::time::Duration::from_secs(2), create).await.unwrap();
    }
    assert!(store.journal().erasure_pending.is_some());
    sqlx::Connection::close(reader).await.unwrap();
    let emptied = async {
        while store.journal().erasure_pending.is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), emptied).await.unwrap();
    assert_eq!(traces.found(&files(&place)), [""; 0]);
    assert_eq!(store.journal().bytes, 0);
}

/// A process that was killed meanwhile leaves the journal as it is.
#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_was_cut_short_is_made_up_for_by_the_next_opening() {
    let (place, later) = (Place::new(), Place::new());
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    let traces = Traces::leave(&venue).await;
    let reader = reader(&place).await;
    venue.write(venue.erase(traces.customer_id)).await.unwrap();
    for suffix in ["", "-wal"] {
        std::fs::copy(place.beside(suffix), later.beside(suffix)).unwrap();
    }
    sqlx::Connection::close(reader).await.unwrap();
    store.close().await.unwrap();
    assert!(!traces.found(&files(&later)).is_empty());
    let reopened = later.open().await.unwrap();
    assert_eq!(traces.found(&files(&later)), [""; 0]);
    assert_eq!(reopened.journal(), store_sqlite::JournalStanding::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registry_of_an_older_version_is_migrated_and_read() {
    let place = Place::new();
    // SQL as `sqlite3 .dump` writes it.
    let mut db = SqliteConnectOptions::new().filename(place.path()).create_if_missing(true).connect().await.unwrap();
    sqlx::raw_sql(include_str!("older/registry_0017.sql")).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    let older = Older {
        organization_id: OrganizationId::from_bits(0x51eac356_426f1bac_00000000_00000003),
        customer_id: CustomerId::from_bits(0x51eac356_426f1bac_00000000_00000005),
        erased_id: CustomerId::from_bits(0x51eac356_426f1bac_00000000_00000013),
    };
    let (store, stores) = stores(&place).await;
    older.assert_reads(&stores).await;
    drop((store, stores));

    // Fields that this version does not know make an event unreadable, and an erasure leaves nothing of them.
    let customer_id = older.customer_id;
    let event = format!("customer_id = x'{customer_id}' AND call = 1");
    place.run(&format!("UPDATE customer_history SET more_fields = x'000000000000000000000000000000000000000000000080' WHERE {event}")).await;
    let (_store, stores) = self::stores(&place).await;
    let events = stores.histories.history(older.organization_id, customer_id, None, 1).await.unwrap();
    assert_eq!(events[0].as_ref().unwrap_err().column, "fields");
    assert_eq!(place.ask::<i64>("SELECT count(more_fields) FROM customer_history").await, 1);
    let venue = Venue::open(&stores).await;
    let erase = EraseCustomer { organization_id: older.organization_id, ..venue.erase(customer_id) };
    venue.write(erase).await.unwrap();
    assert_eq!(place.ask::<i64>("SELECT count(more_fields) FROM customer_history").await, 0);
}
