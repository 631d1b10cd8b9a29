//! `http-api keys`: replacing a sealing key, and detecting a different signing key.

use std::fs;

use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Home, Keys, Registry};

/// Adds a sealing key to the key file, and makes it the current one.
fn add_sealing_key(home: &Home, number: u32, key: &str) {
    let text = fs::read_to_string(home.key_file()).unwrap();
    let current = text.lines().find(|line| line.starts_with("current_sealing_key")).unwrap();
    let text = text.replace(current, &format!("current_sealing_key = {number}"));
    fs::write(home.key_file(), format!("{text}\n[[sealing]]\nid = {number}\nkey = \"{key}\"\n")).unwrap();
}

/// Removes a sealing key from it.
fn remove_sealing_key(home: &Home, number: u32) {
    let text = fs::read_to_string(home.key_file()).unwrap();
    let (head, keys) = text.split_once("\n[[sealing]]").unwrap();
    let kept: String = keys
        .split("[[sealing]]")
        .filter(|key| !key.contains(&format!("id = {number}\n")))
        .map(|key| format!("\n[[sealing]]{key}"))
        .collect();
    fs::write(home.key_file(), format!("{head}{kept}")).unwrap();
}

const NEW: &str = "S0VZLUtFWS1LRVktS0VZLUtFWS1LRVktS0VZLUtFWS0=";
const OTHER: &str = "a2V5LWtleS1rZXkta2V5LWtleS1rZXkta2V5LWtleS0=";

fn line(sealing_key: u32, current: bool, in_key_file: bool, values: u64) -> Value {
    json!({"sealingKey": sealing_key, "current": current, "inKeyFile": in_key_file, "values": values})
}

async fn a_sealing_key_is_retired(home: Home) {
    let keys = home.register();
    let server = home.start();
    let client = server.login(&keys).await;
    let old = client.create(&bodies::with(&keys.organization, json!({"password": "correct horse"}))).await;
    server.stop();
    assert_eq!(home.json_lines(&["keys", "status"]), [line(1, true, true, 2)]);

    add_sealing_key(&home, 2, NEW);
    let refusal = home.run(&["keys", "reseal"]).refusal().to_owned();
    assert!(refusal.starts_with("no server has started with sealing key 2 as its current key"), "{refusal}");
    let server = home.start();
    let client = server.login(&keys).await;
    let new = client.create(&bodies::with(&keys.organization, json!({"password": "battery staple"}))).await;
    server.stop();
    assert_eq!(home.json_lines(&["keys", "status"]), [line(1, false, true, 2), line(2, true, true, 1)]);
    let all = fs::read_to_string(home.key_file()).unwrap();

    remove_sealing_key(&home, 1);
    let refusal = home.run(&["organization", "list"]).refusal().to_owned();
    assert!(refusal.contains("key"), "{refusal}");
    fs::write(home.key_file(), &all).unwrap();
    assert_eq!(home.json_lines(&["keys", "reseal"]), [json!({"resealed": 2, "unreadable": 0, "retired": [1]})]);
    assert_eq!(home.json_lines(&["keys", "reseal"]), [json!({"resealed": 0, "unreadable": 0, "retired": []})]);
    assert_eq!(home.json_lines(&["keys", "status"]), [line(2, true, true, 3)]);

    remove_sealing_key(&home, 1);
    let registry = Registry::open(&home).await;
    for (id, password) in [(&old, "correct horse"), (&new, "battery staple")] {
        assert_eq!(registry.customer(&keys.organization, id).await.password.reveal(), password);
    }
    registry.close().await;
    home.start().stop();
}

#[tokio::test]
async fn a_sealing_key_is_retired_on_sqlite() {
    a_sealing_key_is_retired(Home::new()).await;
}

#[tokio::test]
async fn a_sealing_key_is_retired_on_postgres() {
    a_sealing_key_is_retired(Home::on_postgres()).await;
}

/// While a server answers and writes.
async fn a_sealing_key_is_retired_beside_a_server(home: Home) {
    let keys = home.register();
    let server = home.start();
    let client = server.login(&keys).await;
    let body = || bodies::with(&keys.organization, json!({"password": "correct horse"}));
    let mut ids = Vec::new();
    for _ in 0..20 {
        ids.push(client.create(&body()).await);
    }
    server.stop();
    add_sealing_key(&home, 2, NEW);
    let server = home.start();
    let client = server.login(&keys).await;
    let writing = tokio::spawn({
        let (client, body) = (client.clone(), body());
        async move {
            let mut ids = Vec::new();
            for _ in 0..50 {
                ids.push(client.create(&body).await);
            }
            ids
        }
    });
    let done = home.json_lines(&["keys", "reseal"]);
    assert_eq!(done, [json!({"resealed": 21, "unreadable": 0, "retired": [1]})]);
    ids.extend(writing.await.unwrap());
    assert_eq!(home.json_lines(&["keys", "status"]), [line(2, true, true, 71)]);
    client.create(&body()).await;
    server.stop();
    remove_sealing_key(&home, 1);
    let registry = Registry::open(&home).await;
    for id in &ids {
        assert_eq!(registry.customer(&keys.organization, id).await.password.reveal(), "correct horse");
    }
    registry.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealing_key_is_retired_beside_a_server_on_sqlite() {
    a_sealing_key_is_retired_beside_a_server(Home::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealing_key_is_retired_beside_a_server_on_postgres() {
    a_sealing_key_is_retired_beside_a_server(Home::on_postgres()).await;
}

/// Not the first one, so that the seal in every database still opens.
#[test]
fn a_sealing_key_that_is_missing_or_another_one_is_told() {
    let home = Home::new();
    home.register();
    add_sealing_key(&home, 2, NEW);
    home.start().stop();
    add_sealing_key(&home, 3, OTHER);
    remove_sealing_key(&home, 2);
    let refusal = home.run(&["organization", "list"]).refusal().to_owned();
    assert!(refusal.starts_with("sealing key 2 is not in the key file, and values may still be sealed"), "{refusal}");
    add_sealing_key(&home, 2, OTHER);
    let refusal = home.run(&["organization", "list"]).refusal().to_owned();
    assert_eq!(refusal, "sealing key 2 in the key file is not the one of this database; restore the key file");
}

/// The key file was copied, and its signing key is a different one.
async fn another_signing_key_is_told(home: Home) {
    let keys: Keys = home.register();
    let server = home.start();
    let client = server.login(&keys).await;
    server.stop();
    let text = fs::read_to_string(home.key_file()).unwrap();
    let seed = text.lines().find(|line| line.starts_with("signing_seed")).unwrap();
    fs::write(home.key_file(), text.replace(seed, &format!("signing_seed = \"{OTHER}\""))).unwrap();
    for arguments in [&["--listen", "127.0.0.1:0"][..], &["organization", "list"], &["keys", "status"]] {
        let refusal = home.run(arguments).refusal().to_owned();
        assert!(refusal.starts_with("the signing key in the key file is not the one of this database;"), "{refusal}");
    }
    assert_eq!(home.json_lines(&["keys", "accept-signing-key"]), [json!({"sessionsEnded": true})]);
    let server = home.start();
    let answer = client.at(&server.url).post("/v3/customers", &bodies::least(&keys.organization)).await;
    assert_eq!(answer.status, 403);
    server.login(&keys).await.create(&bodies::least(&keys.organization)).await;
    server.stop();
    // The old one is refused from then on.
    fs::write(home.key_file(), text).unwrap();
    assert!(home.run(&["organization", "list"]).refusal().starts_with("the signing key in the key file"));
}

#[tokio::test]
async fn another_signing_key_is_told_on_sqlite() {
    another_signing_key_is_told(Home::new()).await;
}

#[tokio::test]
async fn another_signing_key_is_told_on_postgres() {
    another_signing_key_is_told(Home::on_postgres()).await;
}
