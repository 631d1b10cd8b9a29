//! Backups as described in `docs/operations/backup.md`: made beside a running server, and restored.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use postgres_cluster::{Database, find_program, test_server};
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Ended, Home};

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_beside_a_running_server_is_restored_over_what_a_kill_left() {
    let home = Home::new();
    let keys = home.register();
    let mut server = home.start();
    let client = server.login(&keys).await;
    let body = |email: &str| bodies::with(&keys.organization, json!({"email": email}));
    let early = client.create(&body("early@example.org")).await;

    let copy = home.path("copy.db").display().to_string();
    let copied = home.json_lines(&["backup", &copy]).remove(0);
    assert_eq!((&copied["file"], &copied["customers"]), (&json!(copy), &json!(1)));
    assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(
        home.run(&["backup", &copy]).refusal(),
        format!("backing up the database: {copy} is there already, and is never overwritten")
    );

    let late = client.create(&body("late@example.org")).await;
    let checked = home.json_lines(&["check"]).remove(0);
    assert_eq!((&checked["customers"], &checked["findings"]), (&json!(2), &json!(0)), "{checked}");
    let in_use = format!("restoring {copy}: {} is in use by another process", home.database().display());
    assert_eq!(home.run(&["restore", &copy]).refusal(), in_use);
    server.kill();

    // By hand, as an administrator might do it: the old journal is detected.
    let saved = fs::read(home.database()).unwrap();
    fs::copy(&copy, home.database()).unwrap();
    assert!(home.database().with_extension("db-wal").exists());
    let refusal = home.run(&["organization", "list"]).refusal().to_owned();
    assert!(
        refusal.contains("is the journal of another database") && refusal.contains("http-api restore"),
        "{refusal}"
    );
    fs::write(home.database(), saved).unwrap();

    let restored = home.json_lines(&["restore", &copy]).remove(0);
    assert_eq!(restored["customers"], 1);
    assert!(fs::exists(restored["replaced"].as_str().unwrap()).unwrap());
    let server = home.start();
    let client = server.login(&keys).await;
    client.get(&format!("/v3/customers/{early}?organizationId={}", keys.organization)).await.ok();
    let gone = client.get(&format!("/v3/customers/{late}?organizationId={}", keys.organization)).await;
    assert_eq!(gone.status, 404);
    client.create(&body("later@example.org")).await;
    let metrics = server.anybody().get("/metrics").await;
    for name in ["guestbook_journal_size_bytes ", "guestbook_erasure_pending_seconds 0"] {
        assert!(metrics.text.lines().any(|line| line.starts_with(name)), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_what_is_not_in_order_on_both_stores() {
    for home in [Home::new(), Home::on_postgres()] {
        let keys = home.register();
        let server = home.start();
        let client = server.login(&keys).await;
        let id = client.create(&bodies::with(&keys.organization, json!({"email": "guest@example.org"}))).await;
        let checked = home.json_lines(&["check"]).remove(0);
        assert_eq!((&checked["customers"], &checked["findings"]), (&json!(1), &json!(0)), "{checked}");
        server.stop();
        crate::fixture::change(&home, "UPDATE customer SET gender = 'm'").await;
        crate::fixture::change(&home, "DELETE FROM customer_key").await;
        let ended = home.run(&["check", "--log-format", "text"]);
        let checked: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!((ended.code, &checked["findings"]), (Some(1), &json!(1)), "{ended:?}");
        let told = format!("unreadable row: table customer, column gender, id {id}");
        assert!(ended.stderr.contains(&told), "{ended:?}");
        assert!(ended.stderr.ends_with("the database has one defect; see the log\n"), "{ended:?}");
        crate::fixture::change(&home, "UPDATE customer SET gender = NULL").await;
        let ended = home.run(&["check"]);
        assert!(ended.stderr.contains(&format!("customer {id} is not found by its email")), "{ended:?}");
        assert!(!ended.stderr.contains("guest@"), "{ended:?}");
    }
}

/// PostgreSQL's own tools make the backup, following the documentation.
#[tokio::test(flavor = "multi_thread")]
async fn a_dump_of_postgresql_is_restored_and_served() {
    let home = Home::on_postgres();
    let keys = home.register();
    let id = {
        let server = home.start();
        let client = server.login(&keys).await;
        let id = client.create(&bodies::with(&keys.organization, json!({"email": "guest@example.org"}))).await;
        for (arguments, tool) in [(["backup", "copy.db"], "pg_dump"), (["restore", "copy.db"], "pg_restore")] {
            let refusal = home.run(&arguments).refusal().to_owned();
            let expected = "the database is PostgreSQL, which has its own tools for this: ";
            assert!(refusal.starts_with(&format!("{expected}{tool}")), "{refusal}");
        }
        let dump = tool("pg_dump", &["--format=custom", "--file", &path(&home), &home.postgres().unwrap().url()]);
        assert_eq!(dump.code, Some(0), "{dump:?}");
        id
    };
    let elsewhere = Home::on(Database::create(&test_server()).unwrap());
    let url = elsewhere.postgres().unwrap().url();
    let restore = ["--exit-on-error", "--no-owner", "--single-transaction", "--dbname", &url, &path(&home)];
    let restored = tool("pg_restore", &restore);
    assert_eq!(restored.code, Some(0), "{restored:?}");
    fs::create_dir_all(elsewhere.data()).unwrap();
    fs::copy(home.key_file(), elsewhere.key_file()).unwrap();
    let checked = elsewhere.json_lines(&["check"]).remove(0);
    assert_eq!((&checked["customers"], &checked["findings"]), (&json!(1), &json!(0)), "{checked}");
    let server = elsewhere.start();
    let client = server.login(&keys).await;
    client.get(&format!("/v3/customers/{id}?organizationId={}", keys.organization)).await.ok();
}

fn path(home: &Home) -> String {
    home.path("registry.dump").display().to_string()
}

fn tool(name: &str, arguments: &[&str]) -> Ended {
    Ended::of(Command::new(find_program(name).unwrap()).args(arguments))
}
