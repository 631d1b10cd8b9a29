//! Unreadable rows: none affects others, each is named where it is omitted, and each can be repaired and erased.

use domain::access::Role;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::common::bodies;
use crate::fixture::{Answer, Caller, Registry};

/// Changes the tables past the store.
async fn change(registry: &Registry, sql: &str) {
    let mut db = SqliteConnectOptions::new().filename(registry.database()).connect().await.unwrap();
    let changed = sqlx::query(AssertSqlSafe(sql)).execute(&mut db).await.unwrap();
    assert!(changed.rows_affected() > 0, "{sql}");
    db.close().await.unwrap();
}

async fn damage_phone(registry: &Registry, id: &str) {
    change(registry, &format!("UPDATE customer SET phone_number = '+0' WHERE id = x'{id}'")).await;
}

async fn list(caller: &Caller) -> Value {
    caller.get(&format!("/v2/customers/organizations/{}", caller.organization)).await.ok()
}

fn cids(page: &Value) -> Vec<&str> {
    page["customers"].as_array().unwrap().iter().map(|customer| customer["cid"].as_str().unwrap()).collect()
}

/// Checks the response for an unreadable customer, with the field to repair.
fn unreadable(answer: &Answer, field: &str) {
    assert_eq!(answer.fields(409, "unreadable"), [(field.to_owned(), "unreadable".to_owned())]);
    assert!(!answer.text.contains("+0"), "never the value");
}

#[tokio::test]
async fn a_customer_spoils_itself_alone() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let first = manager.create("", json!({"email": "a@example.org"})).await;
    let damaged = manager.create("", json!({"phoneNumber": "+393331234567", "username": "damaged"})).await;
    let last = manager.create("", json!({"email": "c@example.org"})).await;
    damage_phone(&registry, &damaged).await;

    let page = list(&manager).await;
    assert_eq!(cids(&page), [first.as_str(), &last]);
    assert_eq!(page["count"], 2);
    assert_eq!(page["unreadable"], json!([damaged]));
    unreadable(&manager.get(&format!("/v3/customers/{damaged}")).await, "phoneNumber");
    unreadable(&manager.put(&damaged, &json!({"firstName": "Ada"})).await, "phoneNumber");
    let hit = json!({"phoneNumber": "+393331234567"});
    unreadable(&manager.create_answer("?deduplicate=phoneNumber", hit.clone()).await, "phoneNumber");
    let rows = [hit, json!({"email": "A@example.org"}), json!({"email": "d@example.org"})]
        .map(|members| bodies::with(&registry.organization, members));
    let answer = manager.batch_rows("?deduplicate=phoneNumber,email", &rows).await.text;
    let rows: Vec<Value> = answer.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    assert_eq!(rows[0]["code"], "unreadable");
    assert_eq!(rows[0]["errors"][0]["field"], "phoneNumber");
    assert_eq!((&rows[1]["outcome"], &rows[2]["outcome"]), (&json!("updated"), &json!("created")));
    // An existence check and a login need only the readable columns.
    let exist = format!("/v2/customers/organizations/{}/exist?username=damaged", manager.organization);
    manager.get(&exist).await.ok();
    let token = manager.get(&format!("/v2/customers/{damaged}/token")).await.ok();
    let token = token["token"].as_str().unwrap();
    assert_eq!(manager.get(&format!("/v2/customers/tokens/{token}")).await.ok()["id"], damaged.as_str());
    manager.get(&format!("/v3/customers/{damaged}/history")).await.ok();
    manager.get(&format!("/v3/customers/{damaged}/sessions")).await.ok();
    manager.post(&format!("/v3/customers/{damaged}/devices"), &json!({"installId": "1"})).await.ok();

    let metrics = registry.get("/metrics").await.text;
    let count = r#"guestbook_unreadable_rows_total{table="customer",column="phone_number"} 5"#;
    assert!(metrics.contains(count), "{metrics}");
}

#[tokio::test]
async fn a_customer_is_repaired_by_id() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({"phoneNumber": "+393331234567", "firstName": "Ada"})).await;
    damage_phone(&registry, &id).await;
    manager.put(&id, &json!({"phoneNumber": "+393337654321"})).await.ok();
    let customer = manager.get(&format!("/v3/customers/{id}")).await.ok();
    assert_eq!((&customer["phoneNumber"], &customer["firstName"]), (&json!("+393337654321"), &json!("Ada")));
    let page = list(&manager).await;
    assert_eq!((cids(&page), page.get("unreadable")), (vec![id.as_str()], None));
    let query = "?deduplicate=phoneNumber";
    assert_eq!(manager.create(query, json!({"phoneNumber": "+393337654321"})).await, id);
    assert_ne!(manager.create(query, json!({"phoneNumber": "+393331234567"})).await, id, "the old value is free");
    let history = manager.get(&format!("/v3/customers/{id}/history")).await.ok();
    assert_eq!(history["history"][1]["fields"], json!(["phoneNumber"]));
}

#[tokio::test]
async fn a_customer_is_erased_by_id() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for column in ["phone_number", "source", "email", "username"] {
        let members = json!({"phoneNumber": "+393331234567", "email": "a@example.org"});
        let id = manager.create("", members.clone()).await;
        change(&registry, &format!("UPDATE customer SET {column} = char(7) WHERE id = x'{id}'")).await;
        assert_eq!(list(&manager).await["unreadable"], json!([id]), "{column}");
        manager.delete(&id).await.ok();
        manager.get(&format!("/v3/customers/{id}")).await.error(404, "not_found");
        let next = manager.create("?deduplicate=phoneNumber,email", members).await;
        let page = list(&manager).await;
        assert_eq!((cids(&page), page.get("unreadable")), (vec![next.as_str()], None), "{column}");
        manager.delete(&next).await.ok();
    }
}

/// A password that cannot be opened affects only its own customer.
#[tokio::test]
async fn a_login_fails_alone() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    for username in ["damaged", "sound"] {
        manager.create("", json!({"username": username, "lock": false})).await;
    }
    change(&registry, "UPDATE customer SET password = x'00' WHERE username = 'damaged'").await;
    let authorize = async |name| radius.form("/radius/authorize", &[("username", name)]).await;
    authorize("damaged").await.error(409, "unreadable");
    authorize("sound").await.ok();
}

/// In histories, sessions and locations.
#[tokio::test]
async fn an_entry_of_another_list_is_left_out_and_named() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let id = manager.create("", json!({})).await;
    for name in ["Ada", "Grace", "Joan"] {
        manager.put(&id, &json!({"firstName": name})).await.ok();
    }
    let uri = format!("/v3/customers/{id}/history");
    let history = manager.get(&uri).await.ok();
    let event = |place: usize| history["history"][place]["id"].as_str().unwrap().to_owned();
    change(&registry, &format!("UPDATE customer_history SET call = 99 WHERE id = x'{}'", event(1))).await;
    let page = manager.get(&format!("{uri}?size=2")).await.ok();
    assert_eq!((&page["count"], &page["unreadable"], &page["sid"]), (&json!(1), &json!([event(1)]), &json!(event(1))));
    let page = manager.get(&format!("{uri}?sid={}", event(1))).await.ok();
    assert_eq!((&page["count"], page.get("unreadable"), page.get("sid")), (&json!(2), None, None));
    assert_eq!(page["history"][0]["id"], event(2));

    let uri = format!("/v1/organizations/{}/locations", registry.organization);
    let added = manager.post(&uri, &json!({"name": "Roof"})).await.ok();
    let added = added["location"]["id"].as_str().unwrap_or_else(|| panic!("{added}"));
    change(&registry, &format!("UPDATE location SET details = '[' WHERE id = x'{added}'")).await;
    for query in ["", "?size=1"] {
        let mut page = manager.get(&format!("{uri}{query}")).await.ok();
        let mut met = page["size"].as_u64().unwrap();
        let mut unreadable = page["unreadable"].as_array().cloned().unwrap_or_default();
        while let Some(sid) = page["sid"].as_str() {
            page = manager.get(&format!("{uri}?sid={sid}")).await.ok();
            met += page["size"].as_u64().unwrap();
            unreadable.extend(page["unreadable"].as_array().cloned().unwrap_or_default());
        }
        assert_eq!((met, unreadable), (1, vec![json!(added)]), "{query}");
    }
    let tagged = manager.get(&format!("{uri}?tags=roof")).await.ok();
    assert_eq!(tagged["size"], 0);
}

/// An unreadable service concerns the operator, and affects no other service.
#[tokio::test]
async fn a_service_fails_alone() {
    let registry = Registry::start().await;
    let (manager, app) = (registry.manager().await, registry.login(Role::PublicApp).await);
    change(&registry, "UPDATE service SET scopes = '?' WHERE role = 'public_app'").await;
    registry.clock.forward(std::time::Duration::from_secs(10));
    app.create_answer("", json!({})).await.error(500, "internal");
    manager.create("", json!({})).await;
}
