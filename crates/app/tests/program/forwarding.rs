//! Two registries, one of which forwards to the other.

mod both;
mod caller;
mod callers;
mod faults;
mod faulty;
mod presence;
mod proxy;
mod request;
mod values;
mod way;

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::c4w::C4w;
use crate::common::bodies;
use crate::fixture::{Client, Home, Keys, PATIENCE, Server};

/// A registry whose organization has an account in another one.
struct Pair {
    home: Home,
    keys: Keys,
    far_home: Home,
    far_keys: Keys,
}

impl Pair {
    fn new() -> Self {
        Self::of(Home::on_postgres())
    }

    /// The pair of this home, and of another one on the embedded database.
    fn of(home: Home) -> Self {
        let far_home = Home::new();
        let (keys, far_keys) = (home.register(), far_home.register());
        Self { home, keys, far_home, far_keys }
    }

    /// Configures the account at this address.
    fn configure(&self, url: &str, more: &[&str]) {
        let secret = self.home.path("upstream.txt");
        std::fs::write(&secret, &self.far_keys.client_secret).unwrap();
        let Keys { organization, client_key, .. } = &self.far_keys;
        let arguments = ["forwarding", "configure", "--organization", &self.keys.organization, "--url", url];
        let account = ["--client-key", client_key, "--remote-organization", organization];
        let secret = ["--client-secret-file", secret.to_str().unwrap(), "--unchecked"];
        let ended = self.home.run(&[&arguments[..], &account, &secret, more].concat());
        assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
    }

    fn status(&self, more: &[&str]) -> Vec<Value> {
        self.home.json_lines(&[&["forwarding", "status"], more].concat())
    }

    /// Waits until no customer is queued, and returns the number of dead letters.
    async fn sent(&self) -> u64 {
        let waiting = async {
            loop {
                let status = self.status(&[]).remove(0);
                if status["waiting"] == 0 {
                    return status["dead"].as_u64().unwrap();
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap()
    }
}

/// The upstream registry at a fixed address, for restarts.
fn start_at(home: &Home, address: &str) -> Server {
    home.start_with(home.command(&["--listen", address]))
}

/// The data of an organization's customers that must be equal on both sides, sorted.
fn same(server: &Server, home: &Home, keys: &Keys) -> Vec<String> {
    let ended = C4w::with(home, &server.url, keys.clone()).run(&["export"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    let mut all: Vec<_> = ended
        .stdout
        .lines()
        .map(|line| {
            let mut customer: Value = serde_json::from_str(line).unwrap();
            for own in ["cid", "organizationCid", "locationCid", "created", "modified", "extId"] {
                customer.as_object_mut().unwrap().remove(own);
            }
            customer.to_string()
        })
        .collect();
    all.sort();
    all
}

async fn post(client: &Client, keys: &Keys, members: Value) -> String {
    let answer = client.post("/v3/customers?deduplicate=email", &bodies::with(&keys.organization, members)).await;
    answer.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_here_is_there_too_also_after_it_was_away() {
    let pair = Pair::new();
    let far = pair.far_home.start();
    let (far_url, far_address) = (far.url.clone(), far.address().to_owned());
    let near = pair.home.start();
    let client = near.login(&pair.keys).await;
    let early = post(&client, &pair.keys, json!({"email": "early@example.org"})).await;
    pair.configure(&far_url, &[]);
    assert_eq!(pair.home.json_lines(&["forwarding", "resend", "--organization", &pair.keys.organization]).len(), 1);
    let person =
        |number: usize| json!({"email": format!("guest-{number}@example.org"), "firstName": "Ada", "lock": false});
    let mut ids = vec![early];
    for number in 0..20 {
        ids.push(post(&client, &pair.keys, person(number)).await);
    }
    assert_eq!(pair.sent().await, 0);
    let (here, there) = (same(&near, &pair.home, &pair.keys), same(&far, &pair.far_home, &pair.far_keys));
    assert_eq!((here.len(), &here), (21, &there));

    far.stop();
    for (place, id) in ids.iter().enumerate().skip(1).step_by(2) {
        let path = format!("/v3/customers/{id}");
        client.put(&path, &json!({"firstName": null, "lastName": format!("Byron {place}")})).await.ok();
    }
    client.send(client.request(Method::DELETE, &format!("/v3/customers/{}", ids[2]))).await.ok();
    post(&client, &pair.keys, json!({"email": "guest-3@example.org", "language": "it", "lock": true})).await;
    post(&client, &pair.keys, json!({"email": "late@example.org"})).await;
    assert!(pair.status(&[])[0]["waiting"].as_u64().unwrap() >= 12);
    let far = start_at(&pair.far_home, &far_address);
    assert_eq!(pair.sent().await, 0);
    let (here, there) = (same(&near, &pair.home, &pair.keys), same(&far, &pair.far_home, &pair.far_keys));
    assert_eq!((here.len(), &here), (21, &there));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_refused_is_told_of_and_can_be_sent_again() {
    let pair = Pair::new();
    let far = pair.far_home.start();
    pair.configure(&far.url, &["--identity", "email"]);
    let near = pair.home.start();
    let client = near.login(&pair.keys).await;
    let id = post(&client, &pair.keys, json!({"firstName": "Ada"})).await;
    assert_eq!(pair.sent().await, 1);
    let dead = pair.status(&["--dead"]).remove(1);
    assert_eq!(dead["customerId"], json!(id));
    assert!(dead["reason"].as_str().unwrap().starts_with("refused: "), "{dead}");
    assert_eq!(same(&far, &pair.far_home, &pair.far_keys), [""; 0]);
    let retry = ["forwarding", "retry", "--organization", &pair.keys.organization];
    assert_eq!(pair.home.json_lines(&retry), [json!({"waiting": 1})]);
    assert_eq!(pair.sent().await, 1);
    client.put(&format!("/v3/customers/{id}"), &json!({"email": "ada@example.org"})).await.ok();
    assert_eq!(pair.sent().await, 0);
    assert_eq!(same(&far, &pair.far_home, &pair.far_keys).len(), 1);

    let remove = ["forwarding", "remove", "--organization", &pair.keys.organization];
    assert_eq!(pair.home.run(&remove).code, Some(0));
    assert_eq!(pair.status(&[]), [json!(null); 0]);
    assert!(pair.home.run(&remove).refusal().ends_with("has no upstream account"));
}
