//! `DELETE /v3/customers/{cid}`

use serde_json::json;

use crate::fixture::Registry;

#[tokio::test]
async fn a_customer_is_erased_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({"username": "ada", "email": "ada@example.org"})).await;
    let answer = manager.delete(&customer).await.ok();
    let members: Vec<_> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(members, ["generated", "id", "status"]);
    assert_eq!((&answer["status"], &answer["id"]), (&json!("OK"), &json!(customer)));
    manager.delete(&customer).await.error(404, "not_found");
    manager.put(&customer, &json!({"firstName": "Ada"})).await.error(404, "not_found");
    manager.get(&format!("/v2/customers/{customer}/token")).await.error(404, "not_found");
    let report = manager.post(&format!("/v3/customers/{customer}/devices"), &json!({"installId": "1"})).await;
    report.error(404, "not_found");
}

#[tokio::test]
async fn values_and_username_are_free_again() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ada = json!({"username": "ada", "email": "ada@example.org", "extId": "crm-1"});
    let first = manager.create("", ada.clone()).await;
    let second = manager.create("", json!({"email": "ADA@example.org"})).await;
    assert_eq!(manager.create("?deduplicate=email", ada.clone()).await, first);
    manager.delete(&first).await.ok();
    assert_eq!(manager.create("?deduplicate=email", ada.clone()).await, second, "the next in the queue");
    manager.delete(&second).await.ok();
    let third = manager.create_answer("?deduplicate=email,extId", ada).await.ok();
    assert_eq!(third["username"], "ada");
    assert!(third["id"] != json!(first) && third["id"] != json!(second));
}

#[tokio::test]
async fn tokens_die_with_their_customer() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let (customer, other) = (manager.create("", json!({})).await, manager.create("", json!({})).await);
    let mut tokens = Vec::new();
    for id in [&customer, &other] {
        let issued = manager.get(&format!("/v2/customers/{id}/token")).await.ok();
        tokens.push(format!("/v2/customers/tokens/{}", issued["token"].as_str().unwrap()));
    }
    manager.delete(&customer).await.ok();
    manager.get(&tokens[0]).await.error(404, "not_found");
    assert_eq!(manager.get(&tokens[1]).await.ok()["id"], json!(other));
}

#[tokio::test]
async fn a_customer_that_is_nowhere_is_404_and_a_foreign_one_403() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let customer = manager.create("", json!({})).await;
    for nobody in ["0".repeat(32), "nonsense".to_owned(), customer.to_uppercase()] {
        manager.delete(&nobody).await.error(404, "not_found");
    }
    registry.stranger().await.delete(&customer).await.error(403, "forbidden");
    registry.stored(&customer).await;
}
