//! `GET /v2/customers/{cid}/token` and `GET /v2/customers/tokens/{token}`

use std::time::Duration;

use domain::customer::Patch;
use domain::organization::{SettingsChanges, TokenChanges};
use domain::token::{CustomerToken, TokenHits, TokenLife};
use domain::value::OrganizationId;
use serde_json::json;

use crate::fixture::{Caller, Registry};

async fn issue(caller: &Caller, id: &str, query: &str) -> serde_json::Value {
    caller.get(&format!("/v2/customers/{id}/token{query}")).await.ok()
}

#[tokio::test]
async fn a_token_lives_five_minutes_and_leads_to_its_customer() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    let issued = issue(&manager, &id, "").await;
    assert_eq!(issued["expires"], "2024-03-28T10:20:30.000Z");
    assert!(issued.get("hits").is_none(), "without limit unless said: {issued}");
    let token = issued["token"].as_str().unwrap();
    assert_eq!(token.len(), 28);
    let bucket = OrganizationId::parse(&registry.organization).unwrap().bucket().number();
    assert_eq!(token[..2], format!("{bucket:02x}"), "a token tells its bucket");

    let uri = format!("/v2/customers/tokens/{token}");
    registry.clock.forward(Duration::from_millis(299_999));
    assert_eq!(
        manager.get(&uri).await.ok(),
        json!({
            "status": "OK", "generated": "2024-03-28T10:20:29.999Z", "id": id, "organizationId": registry.organization,
            "expires": "2024-03-28T10:20:30.000Z",
        })
    );
    registry.clock.forward(Duration::from_millis(1));
    manager.get(&uri).await.error(404, "not_found");
}

#[tokio::test]
async fn a_request_says_how_long_and_how_often() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    let issued = issue(&manager, &id, "?expiresIn=60&hits=5").await;
    assert_eq!((&issued["expires"], &issued["hits"]), (&json!("2024-03-28T10:16:30.000Z"), &json!(5)));
    let longest = issue(&manager, &id, "?expiresIn=2592000&hits=1000000").await;
    assert_eq!((&longest["expires"], &longest["hits"]), (&json!("2024-04-27T10:15:30.000Z"), &json!(1_000_000)));
}

#[tokio::test]
async fn what_is_out_of_range_is_refused_and_never_clamped() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    for text in ["0", "2592001", "-1", "1.5", "abc", "99999999999999999999", "+5"] {
        manager.get(&format!("/v2/customers/{id}/token?expiresIn={text}")).await.invalid("expiresIn", "invalid");
    }
    for text in ["0", "1000001", "-1", "x"] {
        manager.get(&format!("/v2/customers/{id}/token?hits={text}")).await.invalid("hits", "invalid");
    }
    let both = manager.get(&format!("/v2/customers/{id}/token?hits=0&expiresIn=0")).await;
    assert_eq!(both.fields(409, "invalid_parameters").len(), 2);
}

#[tokio::test]
async fn an_organization_sets_its_own_defaults() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let (life, hits) = (TokenLife::new(30).unwrap(), TokenHits::new(2).unwrap());
    let tokens = Patch::Set(TokenChanges { life: Patch::Set(life), hits: Patch::Set(hits) });
    registry.configure(SettingsChanges { tokens, ..Default::default() }).await;
    let id = manager.create("", json!({})).await;
    let issued = issue(&manager, &id, "").await;
    assert_eq!((&issued["expires"], &issued["hits"]), (&json!("2024-03-28T10:16:00.000Z"), &json!(2)));
    let said = issue(&manager, &id, "?expiresIn=60&hits=7").await;
    assert_eq!((&said["expires"], &said["hits"]), (&json!("2024-03-28T10:16:30.000Z"), &json!(7)));
}

#[tokio::test]
async fn a_look_up_uses_no_hit_and_dead_tokens_are_all_alike() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    let issued = issue(&manager, &id, "?hits=1").await;
    let text = issued["token"].as_str().unwrap();
    let uri = format!("/v2/customers/tokens/{text}");
    for _ in 0..3 {
        manager.get(&uri).await.ok();
    }
    let token = CustomerToken::parse(text).unwrap();
    let now = registry.ports.clock.now();
    assert!(registry.ports.tokens.hit(&token, now).await.unwrap().is_some());
    let used_up = manager.get(&uri).await.error(404, "not_found");
    for other in ["token", "0".repeat(28).as_str(), &text.to_uppercase(), "%20"] {
        let unknown = manager.get(&format!("/v2/customers/tokens/{other}")).await.error(404, "not_found");
        assert_eq!(unknown["message"], used_up["message"]);
    }
}

#[tokio::test]
async fn tokens_of_foreign_and_unknown_customers_are_refused() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let stranger = registry.stranger().await;
    let foreign = stranger.create("", json!({})).await;
    manager.get(&format!("/v2/customers/{foreign}/token")).await.error(403, "forbidden");
    manager.get(&format!("/v2/customers/{}/token", "0".repeat(32))).await.error(404, "not_found");
    manager.get("/v2/customers/x/token").await.error(404, "not_found");
    let token = issue(&stranger, &foreign, "").await["token"].as_str().unwrap().to_owned();
    let answer = manager.get(&format!("/v2/customers/tokens/{token}")).await;
    answer.error(403, "forbidden");
    assert!(!answer.text.contains(&foreign));
}
