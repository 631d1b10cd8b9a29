//! `http-api restored`: after an older database was restored, later erasures, locks and revocations are repeated.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use postgres_cluster::find_program;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Client, Ended, Home, Keys};

/// A copy of the database. No server may be running.
struct Backup {
    files: Vec<(PathBuf, Vec<u8>)>,
    dump: Option<PathBuf>,
}

impl Backup {
    fn of(home: &Home) -> Self {
        match home.postgres() {
            None => Self { files: vec![(home.database(), fs::read(home.database()).unwrap())], dump: None },
            Some(database) => {
                let dump = home.path("backup.sql");
                fs::write(&dump, database.dump().unwrap()).unwrap();
                Self { files: Vec::new(), dump: Some(dump) }
            }
        }
    }

    fn restore(&self, home: &Home) {
        for (path, content) in &self.files {
            for journal in ["guestbook.db-wal", "guestbook.db-shm"] {
                let _ = fs::remove_file(home.data().join(journal));
            }
            fs::write(path, content).unwrap();
        }
        if let (Some(dump), Some(database)) = (&self.dump, home.postgres()) {
            database.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public").unwrap();
            let mut psql = Command::new(find_program("psql").unwrap());
            psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", &database.url(), "-f"]).arg(dump);
            let ended = Ended::of(&mut psql);
            assert_eq!(ended.code, Some(0), "{ended:?}");
        }
    }
}

async fn erase(client: &Client, id: &str) -> u16 {
    client.send(client.request(Method::DELETE, &format!("/v3/customers/{id}"))).await.status
}

async fn lock(client: &Client, organization: &str, id: &str, lock: bool) {
    let body = json!({"organizationId": organization, "lock": lock});
    assert_eq!(client.put(&format!("/v3/customers/{id}"), &body).await.status, 200);
}

/// The customer's row, if there is one.
async fn found(client: &Client, organization: &str, id: &str) -> Option<Value> {
    let answer = client.get(&format!("/v2/customers/organizations/{organization}?size=100")).await;
    let page = answer.ok();
    let rows = page["customers"].as_array().unwrap_or_else(|| panic!("{page}"));
    rows.iter().find(|row| row["cid"] == id).cloned()
}

fn configure_forwarding(home: &Home, keys: &Keys) {
    let secret = home.write("upstream.txt", "geheim-geheim");
    let account =
        ["--url", "http://127.0.0.1:1", "--client-key", "key", "--remote-organization", "b5a3", "--unchecked"];
    let arguments = ["forwarding", "configure", "--organization", &keys.organization, "--client-secret-file", &secret];
    assert_eq!(home.run(&[&arguments[..], &account].concat()).code, Some(0));
}

async fn nothing_comes_back(home: Home) {
    let (keys, other) = (home.register(), home.register());
    configure_forwarding(&home, &keys);
    let organization = &keys.organization;
    let server = home.start();
    let client = server.login(&keys).await;
    let with_lock = |lock: bool| bodies::with(organization, json!({"lock": lock}));
    let erased = client.create(&with_lock(false)).await;
    let erased_too = client.create(&with_lock(false)).await;
    let locked = client.create(&with_lock(false)).await;
    let unlocked = client.create(&with_lock(true)).await;
    let both = client.create(&with_lock(false)).await;
    let left = client.create(&with_lock(false)).await;
    server.stop();
    let backup = Backup::of(&home);

    let server = home.start();
    let leaving = server.login(&keys).await;
    let client = server.login(&keys).await;
    assert_eq!(erase(&client, &erased).await, 200);
    assert_eq!(erase(&client, &erased_too).await, 200);
    assert_eq!(erase(&client, &erased).await, 404);
    lock(&client, organization, &locked, true).await;
    lock(&client, organization, &unlocked, false).await;
    lock(&client, organization, &both, true).await;
    lock(&client, organization, &both, false).await;
    let ended = leaving.send(leaving.request(Method::POST, "/v1/sts/logout")).await;
    assert_eq!(ended.status, 200);
    server.stop();
    assert_eq!(home.run(&["service", "revoke", &other.client_key]).code, Some(0));
    let ledger = fs::read_to_string(home.ledger()).unwrap();
    assert_eq!(ledger.lines().count(), 9, "{ledger}");
    for name in ["geheim", "privacy", "username", "password"] {
        assert!(!ledger.contains(name), "nothing of a person: {ledger}");
    }

    backup.restore(&home);
    let done = home.json_lines(&["restored"]);
    let path = home.ledger().display().to_string();
    let expected = json!({
        "sessionsEnded": true, "forwardingHeld": 1,
        "ledgers": [{"file": path, "entries": 9, "torn": false}],
        "erased": 2, "unchanged": 1, "locked": 1, "unlocked": 1, "revoked": 1, "failed": 0,
    });
    assert_eq!(done, [expected]);

    let server = home.start();
    for session in [&client, &leaving] {
        let answer = session.at(&server.url).post("/v3/customers", &bodies::least(organization)).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (403, Some("token_invalid")));
    }
    assert_eq!(server.try_login(&other).await.status, 401);
    let client = server.login(&keys).await;
    for id in [&erased, &erased_too] {
        assert_eq!(found(&client, organization, id).await, None);
        assert_eq!(erase(&client, id).await, 404);
    }
    for (id, lock) in [(&locked, true), (&unlocked, false), (&both, false), (&left, false)] {
        assert_eq!(found(&client, organization, id).await.unwrap()["locked"], lock, "{id}");
    }
    // Customers that were sent before, or are queued, stay queued.
    let late = client.create(&bodies::least(organization)).await;
    server.stop();
    let status = home.json_lines(&["forwarding", "status"]).remove(0);
    assert_eq!(status["held"], true);
    assert!(status["waiting"].as_u64().unwrap() > 2, "{status}");
    assert_eq!(home.json_lines(&["forwarding", "resume"]), [json!({"resumed": 1})]);
    assert!(home.json_lines(&["forwarding", "status"]).remove(0).get("held").is_none());

    // A second run only ends the sessions again, and holds forwarding.
    let again = home.json_lines(&["restored"]).remove(0);
    for (name, count) in [("erased", 0), ("unchanged", 5), ("locked", 0), ("unlocked", 0), ("revoked", 0)] {
        assert_eq!(again[name], count, "{name}: {again}");
    }
    let server = home.start();
    let client = server.login(&keys).await;
    assert!(found(&client, organization, &late).await.is_some());
    server.stop();
}

#[tokio::test]
async fn nothing_comes_back_on_sqlite() {
    nothing_comes_back(Home::new()).await;
}

#[tokio::test]
async fn nothing_comes_back_on_postgres() {
    nothing_comes_back(Home::on_postgres()).await;
}

/// Each instance has its own ledger.
#[tokio::test]
async fn ledgers_of_all_instances_are_read() {
    let home = Home::on_postgres();
    let keys = home.register();
    let server = home.start();
    let client = server.login(&keys).await;
    let here = client.create(&bodies::least(&keys.organization)).await;
    let there = client.create(&bodies::least(&keys.organization)).await;
    server.stop();
    let backup = Backup::of(&home);
    let server = home.start();
    assert_eq!(erase(&server.login(&keys).await, &here).await, 200);
    server.stop();
    let mut elsewhere = home.command(&[]);
    let ledger = home.path("other.jsonl");
    elsewhere.env("GUESTBOOK_LEDGER", &ledger);
    let server = home.start_with(elsewhere);
    assert_eq!(erase(&server.login(&keys).await, &there).await, 200);
    server.stop();
    backup.restore(&home);
    let done = home.json_lines(&["restored", ledger.to_str().unwrap(), ledger.to_str().unwrap()]).remove(0);
    assert_eq!((&done["erased"], done["ledgers"].as_array().unwrap().len()), (&json!(2), 2), "{done}");
}

#[test]
fn a_lost_ledger_is_told() {
    let home = Home::new();
    home.register();
    let path = home.ledger().display().to_string();
    fs::remove_file(&path).unwrap();
    let refusal = home.run(&["restored"]).refusal().to_owned();
    assert!(refusal.starts_with(&format!("there is no ledger {path}: erasures and revocations")), "{refusal}");
    let mut off = home.command(&["restored"]);
    let refused = Ended::of(off.env("GUESTBOOK_LEDGER", "off"));
    assert!(refused.refusal().starts_with("the ledger is off: erasures and revocations"), "{refused:?}");
    let done = home.json_lines(&["restored", "--without-ledger"]).remove(0);
    assert_eq!((&done["sessionsEnded"], &done["ledgers"]), (&json!(true), &json!([])));
    // That created an empty one, as does a server that is started without the previous ledger.
    let empty = home.run(&["restored"]).refusal().to_owned();
    assert!(empty.starts_with(&format!("the ledger {path} has no entries, so it may not be")), "{empty}");
    let missing = home.run(&["restored", "nowhere.jsonl"]).refusal().to_owned();
    assert_eq!(missing, "reading the ledger: there is no ledger nowhere.jsonl");
}

#[test]
fn a_damaged_ledger_is_refused_before_anything_is_done() {
    let home = Home::new();
    home.register();
    fs::write(home.ledger(), "{\"id\":\"1\"}\n").unwrap();
    let refusal = home.run(&["restored"]).refusal().to_owned();
    assert!(refusal.contains("line 1 of the ledger"), "{refusal}");
}

/// Whatever ends the server: acknowledged facts are in the ledger, and an incomplete line is ignored.
#[tokio::test]
async fn what_was_answered_is_recorded_when_the_server_is_killed() {
    let home = Home::new();
    let keys = home.register();
    let mut server = home.start();
    let client = server.login(&keys).await;
    let mut ids = Vec::new();
    for _ in 0..40 {
        ids.push(client.create(&bodies::least(&keys.organization)).await);
    }
    server.stop();
    let backup = Backup::of(&home);
    server = home.start();
    let client = server.login(&keys).await;
    let mut erased = Vec::new();
    for (number, id) in ids.iter().enumerate() {
        if number == 20 {
            let (client, ids) = (client.clone(), ids[20..].to_vec());
            let rest = tokio::spawn(async move {
                let mut erased = Vec::new();
                for id in ids {
                    let request = client.request(Method::DELETE, &format!("/v3/customers/{id}"));
                    match client.try_send(request).await {
                        Ok(answer) if answer.status == 200 => erased.push(id),
                        _ => break,
                    }
                }
                erased
            });
            tokio::task::yield_now().await;
            server.kill();
            erased.extend(rest.await.unwrap());
            break;
        }
        assert_eq!(erase(&client, id).await, 200);
        erased.push(id.clone());
    }
    let mut ledger = fs::OpenOptions::new().append(true).open(home.ledger()).unwrap();
    std::io::Write::write_all(&mut ledger, b"{\"id\":\"0197").unwrap();
    backup.restore(&home);
    let done = home.json_lines(&["restored"]).remove(0);
    assert_eq!(done["ledgers"][0]["torn"], true);
    assert!(done["erased"].as_u64().unwrap() >= erased.len() as u64, "{done}");
    let server = home.start();
    let client = server.login(&keys).await;
    for id in &erased {
        assert_eq!(erase(&client, id).await, 404, "{id} came back");
    }
}

/// The disk of the ledger fails.
#[tokio::test]
async fn an_erasure_that_cannot_be_recorded_answers_503() {
    let home = Home::new();
    let keys = home.register();
    fs::create_dir(home.path("safe")).unwrap();
    let start = || {
        let mut command = home.command(&[]);
        command.env("GUESTBOOK_LEDGER", home.path("safe/ledger.jsonl"));
        home.start_with(command)
    };
    let server = start();
    let client = server.login(&keys).await;
    let id = client.create(&bodies::least(&keys.organization)).await;
    fs::rename(home.path("safe"), home.path("away")).unwrap();
    assert_eq!(erase(&client, &id).await, 503);
    let body = json!({"organizationId": keys.organization, "lock": false});
    assert_eq!(client.put(&format!("/v3/customers/{id}"), &body).await.status, 503);
    assert!(found(&client, &keys.organization, &id).await.is_some());
    client.create(&bodies::least(&keys.organization)).await;
    fs::rename(home.path("away"), home.path("safe")).unwrap();
    assert_eq!(erase(&client, &id).await, 200);
    server.stop();
    let text = fs::read_to_string(home.path("safe/ledger.jsonl")).unwrap();
    let kinds: Vec<_> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["unlock", "erase"]);
}

#[test]
fn a_ledger_that_cannot_be_written_is_told_at_the_start() {
    let home = Home::new();
    let mut command = home.command(&["organization", "list"]);
    let ended = Ended::of(command.env("GUESTBOOK_LEDGER", home.path("nowhere/ledger.jsonl")));
    assert!(ended.refusal().starts_with("opening the ledger: cannot write the ledger "), "{ended:?}");
}
