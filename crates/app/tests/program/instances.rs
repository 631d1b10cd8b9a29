//! Several instances of the program on one PostgreSQL.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Answer, Client, Home};

const CLIENTS: usize = 64;
const ROUNDS: usize = 40;

/// Posts all bodies concurrently, distributed over the instances.
async fn post_at_once(instances: &[Client], path: &'static str, bodies: Vec<Value>) -> Vec<Answer> {
    let post = |(body, client): (Value, &Client)| {
        let client = client.clone();
        tokio::spawn(async move { client.post(path, &body).await })
    };
    let tasks: Vec<_> = bodies.into_iter().zip(instances.iter().cycle()).map(post).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn one_new_address_at_two_instances_makes_one_customer() {
    let home = Home::on_postgres();
    let keys = home.register();
    let (one, other) = (home.start(), home.start());
    let client = one.login(&keys).await;
    // Instances share the key file, and so their sessions.
    let instances = [client.clone(), client.at(&other.url)];
    let mut seen = BTreeSet::new();
    for round in 0..ROUNDS {
        let body = bodies::with(&keys.organization, json!({"email": format!("guest{round}@example.org")}));
        let answers = post_at_once(&instances, "/v3/customers?deduplicate=email", vec![body; CLIENTS]).await;
        let ids: BTreeSet<_> = answers.iter().map(|answer| answer.ok()["id"].to_string()).collect();
        assert_eq!((answers.len(), ids.len()), (CLIENTS, 1), "round {round}");
        seen.extend(ids);
    }
    assert_eq!(seen.len(), ROUNDS);
    assert_one_owner_each(&home);
}

#[tokio::test(flavor = "multi_thread")]
async fn crossed_pairs_at_two_instances_never_give_a_value_two_owners() {
    let home = Home::on_postgres();
    let keys = home.register();
    let (one, other) = (home.start(), home.start());
    let client = one.login(&keys).await;
    let instances = [client.clone(), client.at(&other.url)];
    for round in 0..ROUNDS {
        let email = json!({"email": format!("guest{round}@example.org")});
        let phone = json!({"phoneNumber": format!("+4420794{:05}", 60_000 + round)});
        let both = json!({"email": email["email"], "phoneNumber": phone["phoneNumber"]});
        let kinds = [&email, &phone, &both].map(|members| bodies::with(&keys.organization, members.clone()));
        // In threes, so that each kind goes to either instance.
        let posts = kinds.iter().cycle().take(CLIENTS).cloned().collect();
        let path = "/v3/customers?deduplicate=email,phoneNumber";
        let answers = post_at_once(&instances, path, posts).await;
        let owner = async |body: &Value| client.post(path, body).await.ok()["id"].clone();
        let (of_email, of_phone) = (owner(&kinds[0]).await, owner(&kinds[1]).await);
        for (kind, answer) in (0..3).cycle().zip(&answers) {
            match (kind, answer.status) {
                (0, _) => assert_eq!(answer.ok()["id"], of_email, "round {round}"),
                (1, _) => assert_eq!(answer.ok()["id"], of_phone, "round {round}"),
                (_, 200) => assert!(of_email == of_phone && answer.json()["id"] == of_email, "round {round}"),
                _ => assert_eq!(answer.json()["code"], "duplicate_conflict", "round {round}"),
            }
        }
    }
    assert_one_owner_each(&home);
}

fn assert_one_owner_each(home: &Home) {
    let several = "SELECT count(*) FROM (SELECT FROM customer_key GROUP BY bucket, organization_id, kind, value
                   HAVING count(*) FILTER (WHERE rank = 0) <> 1) k";
    assert_eq!(home.postgres().unwrap().psql(several).unwrap(), "0");
}

/// A logout on one instance ends the session on the other within seconds.
#[tokio::test(flavor = "multi_thread")]
async fn a_logout_counts_at_every_instance() {
    let home = Home::on_postgres();
    let keys = home.register();
    let (one, other) = (home.start(), home.start());
    let client = one.login(&keys).await;
    let there = client.at(&other.url);
    let id = there.create(&bodies::least(&keys.organization)).await;
    assert_eq!(client.post("/v1/sts/logout", &json!({})).await.status, 200);
    let token = format!("/v2/customers/{id}/token");
    assert_eq!(client.get(&token).await.status, 403);
    let began = std::time::Instant::now();
    while there.get(&token).await.status != 403 {
        assert!(began.elapsed().as_secs() < 10, "the session lives on");
    }
}

/// Phones and Windows fetch a file by themselves, from any instance.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_granted_at_one_instance_is_fetched_at_the_other() {
    let home = Home::on_postgres();
    let keys = home.register();
    let (one, other) = (home.start(), home.start());
    let client = one.login(&keys).await;
    let passpoint = json!({"passpoint": {"realm": "example.test", "serverNames": ["radius.example.test"]}});
    client.put(&format!("/v1/organizations/{}/settings", keys.organization), &passpoint).await.ok();
    let id = client.create(&bodies::with(&keys.organization, json!({"lock": false}))).await;
    let token =
        client.get(&format!("/v2/customers/{id}/token?hits=1")).await.ok()["token"].as_str().unwrap().to_owned();
    let form = one.anybody().request(Method::POST, &format!("/activate/{token}"));
    let form = form.header("content-type", "application/x-www-form-urlencoded").body("device=apple");
    let finish = one.anybody().send(form).await;
    assert!(finish.status == 200 && finish.url.path().starts_with("/activate/profiles/"), "{}", finish.text);
    let file = other.anybody().get(&format!("{}/profile", finish.url.path())).await;
    assert_eq!((file.status, file.header("content-type")), (200, "application/x-apple-aspen-config"));
}
