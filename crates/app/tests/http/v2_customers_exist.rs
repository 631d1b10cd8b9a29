//! `GET /v2/customers/organizations/{org}/exist`

use serde_json::json;

use crate::fixture::{Caller, Registry};

async fn exists(caller: &Caller, query: &str) -> bool {
    let answer = caller.get(&format!("/v2/customers/organizations/{}/exist?{query}", caller.organization)).await;
    match answer.status {
        200 => answer.ok()["status"] == "OK",
        _ => answer.error(404, "not_found").is_null(),
    }
}

#[tokio::test]
async fn each_value_finds_its_customer_and_nobody_else() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ada = json!({
        "username": "ada", "email": "Ada+1@Example.org", "phoneNumber": "+393331234567",
        "extId": "crm/1", "extProp1": "p1", "extProp2": "p2",
    });
    let id = manager.create("", ada).await;
    for query in [
        &format!("cid={id}"),
        "username=ada",
        "email=ada+1@example.org",
        "email=ada%2B1@example.org",
        // As the SDK sends it.
        "phoneNumber=+393331234567",
        "phoneNumber=%2B39%20333%201234567",
        "extId=crm/1",
        "extProp1=p1",
        "extProp2=p2",
        // Empty and unknown parameters are ignored.
        "email=ada+1@example.org&username=&unknown=x",
    ] {
        assert!(exists(&manager, query).await, "{query}");
    }
    for query in [
        &format!("cid={}", "0".repeat(32)),
        "username=Ada",
        "email=ada1@example.org",
        "phoneNumber=+393331234568",
        "extId=crm/2",
        "extProp1=p2",
        "extProp2=p1",
    ] {
        assert!(!exists(&manager, query).await, "{query}");
    }
}

#[tokio::test]
async fn all_values_have_to_be_one_customers() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let ada = manager.create("", json!({"username": "ada", "email": "a@example.org", "extId": "1"})).await;
    let eve = manager.create("", json!({"username": "eve", "email": "e@example.org", "extId": "2"})).await;
    for (query, expected) in [
        ("email=a@example.org&extId=1", true),
        ("email=a@example.org&extId=2", false),
        ("username=ada&email=a@example.org", true),
        ("username=ada&email=e@example.org", false),
        ("username=ada&email=a@example.org&extId=2", false),
        ("username=nobody&email=a@example.org", false),
        (&format!("cid={ada}&username=ada&extId=1"), true),
        (&format!("cid={eve}&username=ada"), false),
        (&format!("cid={eve}&email=a@example.org"), false),
        (&format!("cid={eve}&email=e@example.org"), true),
    ] {
        assert_eq!(exists(&manager, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn a_plus_is_a_plus_and_then_a_space() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    manager.create("", json!({"username": "ada lovelace", "extId": "a+b"})).await;
    assert!(exists(&manager, "username=ada+lovelace").await);
    assert!(exists(&manager, "extId=a+b").await);
    assert!(!exists(&manager, "extId=a%20b").await);
    // As a form would send it.
    manager.create("", json!({"phoneNumber": "+393331234567"})).await;
    assert!(exists(&manager, "phoneNumber=%2B39+333+1234567").await);
}

#[tokio::test]
async fn another_organization_is_403_and_never_free() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    manager.create("", json!({"email": "a@example.org"})).await;
    let stranger = registry.stranger().await;
    assert!(!exists(&stranger, "email=a@example.org").await, "it is not theirs");
    for organization in [&registry.organization, &"0".repeat(32), "nonsense"] {
        let uri = format!("/v2/customers/organizations/{organization}/exist?email=a@example.org");
        stranger.get(&uri).await.error(403, "forbidden");
    }
}

#[tokio::test]
async fn without_a_value_that_makes_sense_it_is_409() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let uri = format!("/v2/customers/organizations/{}/exist", registry.organization);
    for query in ["", "?", "?email=", "?guid=1"] {
        let fields = manager.get(&format!("{uri}{query}")).await.fields(409, "invalid_parameters");
        let expected = ["cid", "email", "extId", "extProp1", "extProp2", "phoneNumber", "username"];
        assert_eq!(fields, expected.map(|name| (name.to_owned(), "required".to_owned())), "{query}");
    }
    let answer = manager.get(&format!("{uri}?email=ada&phoneNumber=12&cid=1&extId=%20")).await;
    assert_eq!(
        answer.fields(409, "invalid_parameters"),
        ["cid", "email", "extId", "phoneNumber"].map(|name| (name.to_owned(), "invalid".to_owned()))
    );
    manager.get(&format!("{uri}?email=a%00")).await.invalid("email", "invalid");
}
