//! Every field of an acknowledged write is there after a restart.

use serde_json::json;

use crate::common::{bodies, stored};
use crate::fixture::{Home, Registry};

#[tokio::test]
async fn every_field_survives_a_restart() {
    every_field_survives(&Home::new()).await;
}

#[tokio::test]
async fn every_field_survives_a_restart_on_postgres() {
    every_field_survives(&Home::on_postgres()).await;
}

async fn every_field_survives(home: &Home) {
    let keys = home.register();
    let server = home.start();
    let client = server.login(&keys).await;
    let mut sent = bodies::full(&keys.organization, &keys.location);
    let id = client.create(&sent).await;
    server.stop();

    let registry = Registry::open(home).await;
    assert_eq!(stored::as_sent(&registry.customer(&keys.organization, &id).await), sent);
    registry.close().await;

    let server = home.start();
    // The session from before the restart is still valid: its key is in the key file.
    let changed = client.at(&server.url).put(&format!("/v3/customers/{id}"), &json!({"lastName": "Lovelace"})).await;
    assert_eq!(changed.ok()["id"], id);
    server.stop();

    sent["lastName"] = json!("Lovelace");
    let registry = Registry::open(home).await;
    assert_eq!(stored::as_sent(&registry.customer(&keys.organization, &id).await), sent);
}

#[tokio::test]
async fn sessions_and_tokens_survive_a_restart() {
    sessions_and_tokens_survive(&Home::new()).await;
}

#[tokio::test]
async fn sessions_and_tokens_survive_a_restart_on_postgres() {
    sessions_and_tokens_survive(&Home::on_postgres()).await;
}

async fn sessions_and_tokens_survive(home: &Home) {
    let keys = home.register();
    let server = home.start();
    let (alive, ended) = (server.login(&keys).await, server.login(&keys).await);
    assert_eq!(ended.post("/v1/sts/logout", &json!({})).await.status, 200);
    let id = alive.create(&bodies::least(&keys.organization)).await;
    let issued = alive.get(&format!("/v2/customers/{id}/token?hits=1")).await.ok();
    server.stop();

    let server = home.start();
    let look_up = format!("/v2/customers/tokens/{}", issued["token"].as_str().unwrap());
    assert_eq!(alive.at(&server.url).get(&look_up).await.ok()["id"], id);
    assert_eq!(ended.at(&server.url).get(&look_up).await.status, 403);
}
