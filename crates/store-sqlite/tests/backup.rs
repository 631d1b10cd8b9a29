//! Copies of the database, and reading it from end to end.
#![expect(clippy::unwrap_used, reason = "a failure is to end the test")]

mod support;

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use domain::customer::PostCustomer;
use domain::ports::{CorruptRow, CustomerStore, Examined, Finding};
use store_sqlite::{CopyError, OpenError, SqliteStore, back_up, examine, restore};
use store_suite::edit::Edit;
use store_suite::{Stores, TestSealer, Venue, sample};
use support::Place;

async fn stores(place: &Place) -> (Arc<SqliteStore>, Stores) {
    let store = Arc::new(place.open().await.unwrap());
    (store.clone(), Stores::of(store, ()))
}

/// What lies in the directory of a place.
fn names(place: &Place) -> Vec<String> {
    let entries = std::fs::read_dir(place.path().parent().unwrap()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Everything that is wrong with the database, and how much there is.
async fn found(path: &Path) -> (Examined, Vec<Finding>) {
    let mut findings = Vec::new();
    let examined = examine(path, &TestSealer::default(), &mut |finding| findings.push(finding)).await.unwrap();
    (examined, findings)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_made_while_others_write() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    let before = venue.create(PostCustomer { changes: sample::every_field(), ..venue.post() }).await;
    let copy = place.beside(".copy");
    let (database, mut quiet) = (place.path(), |_| ());
    let copying = back_up(&database, &copy, &mut quiet);
    tokio::pin!(copying);
    let mut written = 0_u64;
    let copied = loop {
        let write = venue.create(venue.post().email(&format!("guest{written}@example.org")));
        tokio::select! {
            copied = &mut copying => break copied.unwrap(),
            _ = write => written += 1,
        }
    };
    assert!((1..=written + 2).contains(&copied.customers), "{copied:?}, {written} written meanwhile");
    assert_eq!(copied.bytes, std::fs::metadata(&copy).unwrap().len());
    assert_eq!(mode(&copy), 0o600);
    assert!(names(&place).iter().all(|name| !name.contains("partial") && !name.starts_with("guestbook.db.copy-")));
    let (examined, findings) = found(&copy).await;
    assert_eq!(findings, []);
    assert_eq!(examined.customers, copied.customers);
    store.close().await.unwrap();
    let restored = SqliteStore::open_existing(&copy, Arc::new(TestSealer::default())).await.unwrap();
    assert_eq!(CustomerStore::find(&restored, venue.id, before.id).await.unwrap(), Some(before));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_a_database_that_was_killed_has_its_journal_in_it() {
    let (place, killed) = (Place::new(), Place::new());
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    venue.create(venue.post()).await;
    for suffix in ["", "-wal"] {
        std::fs::copy(place.beside(suffix), killed.beside(suffix)).unwrap();
    }
    store.close().await.unwrap();
    let copied = back_up(&killed.path(), &killed.beside(".copy"), &mut |_| ()).await.unwrap();
    assert_eq!(copied.customers, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_replaces_nothing() {
    let place = Place::new();
    place.open().await.unwrap().close().await.unwrap();
    for suffix in [".copy", ".copy-wal", ".copy-journal"] {
        std::fs::write(place.beside(suffix), "there").unwrap();
        let refused = back_up(&place.path(), &place.beside(".copy"), &mut |_| ()).await.unwrap_err();
        assert!(matches!(&refused, CopyError::Exists { path } if *path == place.beside(suffix)), "{refused:?}");
        assert_eq!(std::fs::read(place.beside(suffix)).unwrap(), b"there");
        std::fs::remove_file(place.beside(suffix)).unwrap();
    }
    back_up(&place.path(), &place.beside(".copy"), &mut |_| ()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_copy_that_is_not_whole_nothing_is_left() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    for n in 0..300 {
        venue.create(venue.post().email(&format!("guest{n}@example.org"))).await;
    }
    store.close().await.unwrap();
    let before = names(&place);
    let copy = place.beside(".copy");
    // Given up in the middle.
    {
        let (database, mut quiet) = (place.path(), |_| ());
        let copying = back_up(&database, &copy, &mut quiet);
        tokio::pin!(copying);
        let partial = || names(&place).iter().any(|name| name.contains("partial"));
        while !partial() {
            tokio::select! {
                biased;
                copied = &mut copying => panic!("it was whole before it was given up: {copied:?}"),
                () = tokio::task::yield_now() => {}
            }
        }
    }
    let of_readers = |name: &String| name.ends_with("-wal") || name.ends_with("-shm");
    let left: Vec<_> = names(&place).into_iter().filter(|name| !of_readers(name)).collect();
    assert_eq!(left, before);
    // A page that is no page.
    let mut bytes = std::fs::read(place.path()).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xff);
    std::fs::write(place.path(), bytes).unwrap();
    back_up(&place.path(), &copy, &mut |_| ()).await.unwrap_err();
    assert!(!copy.exists() && names(&place).iter().all(|name| !name.contains("partial")));
    let lost = back_up(&place.beside(".none"), &copy, &mut |_| ()).await.unwrap_err();
    assert!(matches!(lost, CopyError::Database(OpenError::Empty { .. })), "{lost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_put_in_place_and_no_old_journal_is_carried_out() {
    let place = Place::new();
    let copy = place.beside(".copy");
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    let early = venue.create(venue.post()).await;
    back_up(&place.path(), &copy, &mut |_| ()).await.unwrap();
    let late = venue.create(venue.post()).await;
    let in_use = restore(&copy, &place.path(), &TestSealer::default()).await.unwrap_err();
    assert!(matches!(in_use, CopyError::Database(OpenError::InUse { .. })), "{in_use:?}");
    // As after a kill.
    for suffix in ["", "-wal"] {
        std::fs::copy(place.beside(suffix), place.beside(&format!(".killed{suffix}"))).unwrap();
    }
    store.close().await.unwrap();
    for suffix in ["", "-wal"] {
        std::fs::rename(place.beside(&format!(".killed{suffix}")), place.beside(suffix)).unwrap();
    }
    let foreign = restore(&copy, &place.path(), &TestSealer::with_key(1)).await.unwrap_err();
    assert!(matches!(foreign, CopyError::Database(OpenError::WrongKey)), "{foreign:?}");

    let restored = restore(&copy, &place.path(), &TestSealer::default()).await.unwrap();
    assert_eq!(restored.customers, 1);
    assert_eq!(mode(&place.path()), 0o600);
    let aside = restored.set_aside.unwrap();
    assert!(!place.beside("-wal").exists() && !place.beside("-shm").exists());
    let open = async |path: &Path| SqliteStore::open_existing(path, Arc::new(TestSealer::default())).await.unwrap();
    let now = open(&place.path()).await;
    assert_eq!(CustomerStore::find(&now, venue.id, early.id).await.unwrap(), Some(early));
    assert_eq!(CustomerStore::find(&now, venue.id, late.id).await.unwrap(), None);
    now.close().await.unwrap();
    // What was set aside is whole, with its journal.
    let before = open(&aside).await;
    assert_eq!(CustomerStore::find(&before, venue.id, late.id).await.unwrap(), Some(late));
    before.close().await.unwrap();
    // Another time, and where nothing is.
    let again = restore(&copy, &place.path(), &TestSealer::default()).await.unwrap();
    assert!(again.set_aside.is_some_and(|path| path != aside));
    let empty = Place::new();
    assert_eq!(restore(&copy, &empty.path(), &TestSealer::default()).await.unwrap().set_aside, None);
    assert_eq!(found(&empty.path()).await.1, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_order_is_found_in_order() {
    let place = Place::new();
    let (_store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    store_suite::trace::Traces::leave(&venue).await;
    let (examined, findings) = found(&place.path()).await;
    assert_eq!(findings, []);
    assert_eq!(examined.organizations, 1);
    assert!(examined.customers >= 1 && examined.rows > examined.customers + 1, "{examined:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_order_is_told() {
    let place = Place::new();
    let (_store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(venue.post().email("guest@example.org").phone("+393331119247")).await;
    let other = venue.create(venue.post().email("other@example.org")).await;
    let id = customer.id.to_string();
    let (key, kept) = (domain::customer::KeyKind::Email, "CREATE TABLE kept AS SELECT * FROM customer_key");
    place.run(kept).await;
    let expect = async |sql: String, expected: &[Finding]| {
        place.run(&sql).await;
        assert_eq!(found(&place.path()).await.1, expected, "{sql}");
        place.run("DELETE FROM customer_key; INSERT INTO customer_key SELECT * FROM kept").await;
    };
    expect(
        format!("DELETE FROM customer_key WHERE customer_id = x'{id}' AND kind = 2"),
        &[Finding::MissingKey { id: id.clone(), kind: key }],
    )
    .await;
    expect(
        format!("INSERT INTO customer_key SELECT bucket, organization_id, kind, 'x', 0, customer_id FROM customer_key WHERE customer_id = x'{id}' AND kind = 2"),
        &[Finding::StrayKeys { keys: 1 }],
    )
    .await;
    expect("UPDATE customer_key SET rank = 1 WHERE kind = 2".into(), &[Finding::Ownerless { values: 2 }]).await;
    let row = CorruptRow { table: "customer", column: "gender", id: id.clone() };
    expect(format!("UPDATE customer SET gender = 'm' WHERE id = x'{id}'"), &[Finding::Unreadable(row)]).await;
    place.run("UPDATE customer SET gender = NULL").await;
    let location = other.location_id.to_string();
    expect(
        "DELETE FROM location".into(),
        &[Finding::Orphaned { table: "customer", parent: "location", rows: 2, id: location }],
    )
    .await;
    // What no CHECK would have taken.
    let long = "a".repeat(64);
    place.run(&format!("UPDATE customer SET username = '{long}' WHERE id = x'{id}'")).await;
    let (_, findings) = found(&place.path()).await;
    let told = |what: &str| findings.iter().any(|finding| finding.to_string().contains(what));
    assert!(told("column username"), "{findings:?}");
    assert!(findings.iter().all(|finding| !finding.to_string().contains("guest")), "no person is told");
    let wrong = examine(&place.path(), &TestSealer::with_key(1), &mut |_| ()).await.unwrap_err();
    assert!(matches!(wrong, OpenError::WrongKey), "{wrong:?}");
}

/// Debian's sqlite3, which may be older than SQLite's `octet_length`.
fn sqlite3(path: &Path, sql: &str) -> Result<String, String> {
    let output = Command::new("sqlite3").arg(path).arg(sql).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

/// As the version before left it, with data in it.
#[tokio::test(flavor = "multi_thread")]
async fn tools_of_an_older_sqlite_can_check_and_copy_what_was_brought_up_to_date() {
    let place = Place::new();
    let (store, stores) = stores(&place).await;
    let venue = Venue::open(&stores).await;
    let customer = venue.create(PostCustomer { changes: sample::every_field(), ..venue.post() }).await;
    store.close().await.unwrap();
    place
        .run(
            "PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = replace(sql, 'length(CAST(username AS BLOB))', 'octet_length(username)')
             WHERE name = 'customer';
             DELETE FROM _sqlx_migrations WHERE version = 15",
        )
        .await;
    let schema = async || place.ask::<String>("SELECT group_concat(sql) FROM sqlite_schema").await;
    assert!(schema().await.contains("octet_length"));

    let store = place.open().await.unwrap();
    assert_eq!(CustomerStore::find(&store, venue.id, customer.id).await.unwrap().as_ref(), Some(&customer));
    store.close().await.unwrap();
    assert!(!schema().await.contains("octet_length"));
    assert_eq!(sqlite3(&place.path(), "PRAGMA integrity_check").unwrap(), "ok\n");
    let copy = place.beside(".copy");
    sqlite3(&place.path(), &format!("VACUUM INTO '{}'", copy.display())).unwrap();
    assert_eq!(sqlite3(&copy, "PRAGMA integrity_check; SELECT count(*) FROM customer").unwrap(), "ok\n1\n");
    // The CHECK says what it said before: 63 bytes, not letters.
    for (username, refused) in [("ä".repeat(31) + "a", false), ("ä".repeat(32), true), (String::new(), true)] {
        let updated = sqlite3(&copy, &format!("UPDATE customer SET username = '{username}'"));
        assert_eq!(updated.as_ref().is_err_and(|error| error.contains("CHECK")), refused, "{username}: {updated:?}");
    }
    assert_eq!(found(&place.path()).await.1, []);
}
