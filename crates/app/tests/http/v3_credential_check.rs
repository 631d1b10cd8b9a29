//! `POST /v3/customers/credential/check`

use domain::access::Role;
use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

async fn check(caller: &Caller, username: &str, password: &str) -> Answer {
    let body = json!({"organizationId": caller.organization, "username": username, "password": password});
    caller.post("/v3/customers/credential/check", &body).await
}

/// The response without the time.
fn told(answer: &Answer) -> Value {
    let mut answer = answer.ok();
    assert!(answer.as_object_mut().unwrap().remove("generated").is_some());
    answer
}

const WRONG: fn() -> Value = || json!({"status": "OK", "present": false});

#[tokio::test]
async fn the_right_password_tells_whose_it_is() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    let ada = json!({"username": "ada", "password": "pä ss", "extId": "crm/1", "lock": false});
    let id = app.create("", ada).await;
    let expected = json!({"status": "OK", "present": true, "id": id, "extId": "crm/1"});
    assert_eq!(told(&check(&app, "ada", "pä ss").await), expected);

    let bare = app.create_answer("", json!({"lock": false})).await.ok();
    let (username, password) = (bare["username"].as_str().unwrap(), bare["password"].as_str().unwrap());
    let expected = json!({"status": "OK", "present": true, "id": bare["id"]});
    assert_eq!(told(&check(&app, username, password).await), expected);
}

#[tokio::test]
async fn whatever_is_wrong_with_name_or_password_is_200_and_not_present() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    app.create("", json!({"username": "ada", "password": "geheim", "lock": false})).await;
    for (username, password) in [
        ("ada", "Geheim"),
        ("ada", "geheim "),
        ("Ada", "geheim"),
        ("eve", "geheim"),
        (&"a".repeat(64), "geheim"),
        ("ada", &"😀".repeat(200)),
        ("a\nb", "geheim"),
        ("", "geheim"),
        ("ada", ""),
        ("ada", " "),
        ("\u{a0}", "\u{3000}"),
        ("", ""),
    ] {
        assert_eq!(told(&check(&app, username, password).await), WRONG(), "{username}");
    }
    let stranger = registry.stranger().await;
    assert_eq!(told(&check(&stranger, "ada", "geheim").await), WRONG());
}

#[tokio::test]
async fn a_locked_customer_cannot_log_in() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({"username": "ada", "password": "geheim"})).await;
    assert_eq!(told(&check(&manager, "ada", "geheim").await), WRONG());
    manager.put(&id, &json!({"lock": false})).await.ok();
    assert_eq!(check(&manager, "ada", "geheim").await.ok()["present"], true);
    manager.put(&id, &json!({"lock": true})).await.ok();
    assert_eq!(told(&check(&manager, "ada", "geheim").await), WRONG());
}

#[tokio::test]
async fn what_is_missing_or_no_text_is_told_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let answer = manager.post("/v3/customers/credential/check", &json!({"username": 1, "password": null})).await;
    assert_eq!(
        answer.fields(409, "invalid_parameters"),
        [("organizationId", "required"), ("password", "required"), ("username", "wrong_type")]
            .map(|(field, code)| (field.to_owned(), code.to_owned()))
    );
    check(&manager, "a\0", "geheim").await.invalid("username", "invalid");
    check(&manager, "ada", &"p".repeat(256)).await.invalid("password", "too_long");
    let body = json!({"organizationId": "0".repeat(32), "username": 1});
    manager.post("/v3/customers/credential/check", &body).await.error(403, "forbidden");
}
