//! `POST /v3/customers/batch`

use std::collections::BTreeSet;

use axum::body::{Body, Bytes};
use axum::http::header;
use domain::access::Role;
use http_body_util::BodyExt;
use http_body_util::channel::Channel;
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Answer, Caller, Registry};

/// The answers to the rows, and the last line.
fn answered(answer: &Answer) -> (Vec<Value>, Value) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.headers[header::CONTENT_TYPE], "application/x-ndjson");
    let mut rows: Vec<Value> = answer.text.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let end = rows.pop().unwrap();
    (rows, end)
}

/// The expected last line for these rows.
fn counted(rows: &[Value], complete: bool) -> Value {
    let of = |outcome: &Value| rows.iter().filter(|row| row["outcome"] == *outcome).count();
    let (created, updated, refused) = (of(&json!("created")), of(&json!("updated")), of(&Value::Null));
    json!({"complete": complete, "rows": rows.len(), "created": created, "updated": updated, "refused": refused})
}

/// The answers to the rows, every one of which has an answer.
fn rows(answer: &Answer) -> Vec<Value> {
    let (rows, end) = answered(answer);
    assert_eq!(end, counted(&rows, true));
    rows
}

/// The answers to the rows of a body that was not read to its end.
fn some_rows(answer: &Answer) -> Vec<Value> {
    let (rows, end) = answered(answer);
    assert_eq!(end, counted(&rows, false));
    rows
}

async fn send(caller: &Caller, text: impl Into<Body>) -> Answer {
    caller.send(caller.batch_request("?deduplicate=email").body(text.into()).unwrap()).await
}

fn column<'a>(rows: &'a [Value], name: &str) -> Vec<&'a Value> {
    rows.iter().map(|row| &row[name]).collect()
}

#[tokio::test]
async fn each_row_is_answered_in_its_place_and_spoils_no_other() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let with = |members| bodies::with(&registry.organization, members).to_string();
    let text = [
        with(json!({"email": "a@b.org", "firstName": "Ada"})),
        String::new(),
        "no JSON".to_owned(),
        with(json!({"email": "odd", "phoneNumber": "1"})),
        json!({"organizationId": registry.organization, "source": "api", "email": "c@d.org"}).to_string(),
        with(json!({"email": "A@B.org", "lastName": "Byron", "username": "ignored"})),
        "[1]".to_owned(),
        with(json!({"email": "e@f.org", "username": "taken"})),
        with(json!({"email": "g@h.org", "username": "taken"})),
        json!({"email": "i@j.org"}).to_string(),
    ];
    let rows = rows(&send(&manager, text.join("\r\n")).await);
    assert_eq!(column(&rows, "line"), [1, 3, 4, 5, 6, 7, 8, 9, 10]);
    let codes: Vec<_> = rows.iter().map(|row| row["code"].as_str().or(row["outcome"].as_str()).unwrap()).collect();
    let expected = [
        "created",
        "malformed_json",
        "invalid_parameters",
        "policy_not_accepted",
        "updated",
        "malformed_json",
        "created",
        "username_taken",
        "invalid_parameters",
    ];
    assert_eq!(codes, expected);
    let fields: BTreeSet<_> =
        rows[2]["errors"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, BTreeSet::from(["email", "phoneNumber"]));
    assert_eq!(rows[0], json!({"line": 1, "status": "OK", "outcome": "created", "id": rows[4]["id"]}));
    let stored = registry.stored(rows[0]["id"].as_str().unwrap()).await;
    let person = &stored.profile.person;
    assert_eq!(person.first_name.as_ref().unwrap().as_str(), "Ada");
    assert_eq!(person.last_name.as_ref().unwrap().as_str(), "Byron");
}

#[tokio::test]
async fn many_rows_are_taken_in_parts_and_see_each_other() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let person = |number: usize| json!({"email": format!("guest-{}@example.org", number % 700)});
    let people: Vec<_> = (0..1500).map(|number| bodies::with(&registry.organization, person(number))).collect();
    let rows = rows(&manager.batch("?deduplicate=email", &people).await);
    assert_eq!(column(&rows, "line"), (1..=1500).collect::<Vec<_>>());
    for (place, row) in rows.iter().enumerate() {
        let outcome = if place < 700 { "created" } else { "updated" };
        assert_eq!((&row["outcome"], &row["id"]), (&json!(outcome), &rows[place % 700]["id"]), "{place}");
    }
    let ids: BTreeSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 700);
}

#[tokio::test]
async fn without_deduplicate_every_row_creates() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::with(&registry.organization, json!({"email": "a@b.org"}));
    let rows = rows(&manager.batch("", &[body.clone(), body]).await);
    assert_eq!(column(&rows, "outcome"), ["created", "created"]);
    assert_ne!(rows[0]["id"], rows[1]["id"]);
}

#[tokio::test]
async fn rows_are_answered_while_others_have_not_come_yet() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let row = Bytes::from(format!("{}\n", bodies::least(&registry.organization)));
    let (mut sender, body) = Channel::<Bytes>::new(1);
    let request = manager.batch_request("?stream=true").body(Body::new(body)).unwrap();
    let mut answer = manager.open(request).await.into_body();
    for line in 1..=3 {
        sender.send_data(row.clone()).await.unwrap();
        let frame = answer.frame().await.unwrap().unwrap().into_data().unwrap();
        let row: Value = serde_json::from_slice(&frame).unwrap();
        assert_eq!((&row["line"], &row["outcome"]), (&json!(line), &json!("created")));
    }
    drop(sender);
    let end: Value = serde_json::from_slice(&answer.frame().await.unwrap().unwrap().into_data().unwrap()).unwrap();
    assert_eq!(end, json!({"complete": true, "rows": 3, "created": 3, "updated": 0, "refused": 0}));
    assert!(answer.frame().await.is_none());
}

/// Caddy and other proxies lose the rest of a request whose response has begun.
#[tokio::test]
async fn nothing_is_answered_before_the_body_was_read() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let (mut sender, body) = Channel::<Bytes>::new(1);
    let mut answer = Box::pin(manager.open(manager.batch_request("").body(Body::new(body)).unwrap()));
    let body = bodies::with(&registry.organization, json!({"email": "a@b.org"}));
    for _ in 0..1500 {
        let row = Bytes::from(format!("{body}\n"));
        tokio::select! {
            biased;
            _ = &mut answer => panic!("answered while rows were sent"),
            sent = sender.send_data(row) => sent.unwrap(),
        }
    }
    // The rows are carried out nevertheless.
    let list = format!("/v2/customers/organizations/{}?size=10000", registry.organization);
    let counted = async {
        while manager.get(&list).await.ok()["count"] != 1500 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        biased;
        _ = &mut answer => panic!("answered while the body was open"),
        () = counted => {}
    }
    drop(sender);
    let answer = answer.await;
    assert_eq!(answer.status(), 200);
    let text = answer.into_body().collect().await.unwrap().to_bytes();
    let lines: Vec<Value> =
        text.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(lines.len(), 1501);
    assert_eq!(lines[1500], json!({"complete": true, "rows": 1500, "created": 1500, "updated": 0, "refused": 0}));
}

#[tokio::test]
async fn half_a_row_is_none() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let row = bodies::with(&registry.organization, json!({"email": "a@b.org"}));
    let (mut sender, body) = Channel::<Bytes, &str>::new(2);
    sender.send_data(Bytes::from(format!("{row}\n{row}"))).await.unwrap();
    sender.abort("gone");
    let rows = some_rows(&send(&manager, Body::new(body)).await);
    assert_eq!(column(&rows, "status"), ["OK", "KO"]);
    assert_eq!(rows[1]["code"], "malformed_json");
}

#[tokio::test]
async fn a_row_that_is_too_long_is_refused_by_itself() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let row = bodies::with(&registry.organization, json!({"email": "a@b.org"}));
    let long = bodies::with(&registry.organization, json!({"picture": "x".repeat(2_000_000)}));
    let rows = rows(&send(&manager, format!("{long}\n{row}")).await);
    assert_eq!((&rows[0]["code"], &rows[1]["outcome"]), (&json!("payload_too_large"), &json!("created")));
}

#[tokio::test]
async fn the_request_itself_is_judged_before_its_rows() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let body = bodies::least(&registry.organization);
    manager.batch("?deduplicate=phone", std::slice::from_ref(&body)).await.invalid("deduplicate", "invalid");
    manager.json("POST", "/v3/customers/batch", body.to_string()).await.error(415, "unsupported_media_type");
    registry.login(Role::PublicApp).await.batch("", std::slice::from_ref(&body)).await.error(403, "forbidden");
    registry.caller("dead").batch("", &[body]).await.error(403, "token_invalid");
    manager.get("/v3/customers/batch").await.error(405, "method_not_allowed");
    assert_eq!(rows(&manager.batch("", &[]).await), [Value::Null; 0]);
}

#[tokio::test]
async fn a_row_that_comes_again_with_its_key_and_number_is_carried_out_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let person = |name: &str| bodies::with(&registry.organization, json!({"firstName": name})).to_string();
    let send = async |first: u32, text: String| {
        let uri = format!("?deduplicate=email&firstLine={first}");
        let request = manager.batch_request(&uri).header("idempotency-key", "import-1");
        rows(&manager.send(request.body(Body::from(text)).unwrap()).await)
    };
    let first = send(11, format!("{}\n{}\n{}\n", person("Ada"), person("Bob"), person("Bob"))).await;
    assert_eq!(column(&first, "line"), [11, 12, 13]);
    let again = send(12, format!("{}\n{}\n{}\n", person("Bob"), person("Bob"), person("Cleo"))).await;
    assert_eq!((&again[0]["id"], &again[1]["id"]), (&first[1]["id"], &first[2]["id"]));
    assert_ne!(first[1]["id"], first[2]["id"]);
    let other = send(11, person("Somebody else")).await;
    assert_eq!(other[0]["code"], "idempotency_key_reused");
    let ids: BTreeSet<_> = first.iter().chain(&again).map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 4);
}

#[tokio::test]
async fn what_is_wrong_with_the_parameters_is_told_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for first in ["0", "-1", "x", "99999999999"] {
        manager.batch(&format!("?firstLine={first}"), &[]).await.invalid("firstLine", "invalid");
    }
    let long = manager.batch_request("").header("idempotency-key", "x".repeat(256));
    manager.send(long.body(Body::empty()).unwrap()).await.invalid("Idempotency-Key", "too_long");
}

#[tokio::test]
async fn a_dry_run_answers_as_it_would_and_writes_nothing() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let known = manager.create("", json!({"email": "a@b.org", "firstName": "Ada"})).await;
    let with = |members| bodies::with(&registry.organization, members);
    let people = [
        with(json!({"email": "a@b.org", "firstName": "Augusta"})),
        with(json!({"email": "c@d.org"})),
        with(json!({"email": "C@d.org"})),
        with(json!({"email": "odd"})),
    ];
    for _ in 0..2 {
        let rows = rows(&manager.batch("?deduplicate=email&dryRun=true", &people).await);
        let told: Vec<_> = rows.iter().map(|row| row["outcome"].as_str().or(row["code"].as_str()).unwrap()).collect();
        assert_eq!(told, ["updated", "created", "updated", "invalid_parameters"]);
        assert_eq!((&rows[0]["id"], &rows[1]["id"]), (&json!(known), &Value::Null));
    }
    let name = registry.stored(&known).await.profile.person.first_name.unwrap();
    assert_eq!(name.as_str(), "Ada");
    manager.batch("?dryRun=perhaps", &people).await.invalid("dryRun", "invalid");
    manager.batch("?stream=perhaps", &people).await.invalid("stream", "invalid");
}

/// A batch whose rows are sent one by one, and its answers.
struct Open {
    rows: Option<http_body_util::channel::Sender<Bytes>>,
    answers: Body,
}

impl Open {
    async fn begin(caller: &Caller) -> Self {
        let (rows, body) = Channel::<Bytes>::new(1);
        let request = caller.batch_request("?stream=true").body(Body::new(body)).unwrap();
        Self { rows: Some(rows), answers: caller.open(request).await.into_body() }
    }

    /// Sends a row, and returns its answer.
    async fn send(&mut self, row: &Value) -> Value {
        self.rows.as_mut().unwrap().send_data(Bytes::from(format!("{row}\n"))).await.unwrap();
        let frame = self.answers.frame().await.unwrap().unwrap().into_data().unwrap();
        serde_json::from_slice(&frame).unwrap()
    }

    /// Checks that only the last line follows.
    async fn has_ended(mut self, complete: bool) {
        drop(self.rows.take());
        let end = self.answers.frame().await.unwrap().unwrap().into_data().unwrap();
        let end: Value = serde_json::from_slice(&end).unwrap();
        assert_eq!(end["complete"], complete, "{end}");
        assert!(self.answers.frame().await.is_none());
    }
}

#[tokio::test]
async fn a_batch_ends_with_its_session() {
    let registry = Registry::start().await;
    let (manager, other) = (registry.manager().await, registry.manager().await);
    let mut batch = Open::begin(&manager).await;
    let row = bodies::with(&registry.organization, json!({"email": "a@b.org"}));
    assert_eq!(batch.send(&row).await["outcome"], "created");
    manager.post("/v1/sts/logout", &json!({})).await;
    let refused = batch.send(&row).await;
    assert_eq!((&refused["line"], &refused["code"], refused.get("id")), (&json!(2), &json!("token_invalid"), None));
    batch.has_ended(false).await;
    let listed = other.get(&format!("/v2/customers/organizations/{}", registry.organization)).await.ok();
    assert_eq!(listed["count"], 1);
}

#[tokio::test]
async fn a_batch_ends_with_its_service_and_with_the_day() {
    for ends in ["revoked", "expired"] {
        let registry = Registry::start().await;
        let service = registry.add_service(&registry.organization, Role::OrganizationManager, "customer_write").await;
        let login = registry.post("/v1/sts/login/services", &crate::fixture::credentials(&service)).await.ok();
        let caller = registry.caller(login["token"].as_str().unwrap());
        let mut batch = Open::begin(&caller).await;
        let row = bodies::least(&registry.organization);
        assert_eq!(batch.send(&row).await["outcome"], "created");
        let code = if ends == "revoked" {
            let now = domain::ports::Clock::now(registry.clock.as_ref());
            assert!(registry.ports.services.revoke(&service.service.client_key, now).await.unwrap());
            registry.clock.forward(std::time::Duration::from_secs(2));
            "token_invalid"
        } else {
            registry.clock.forward(std::time::Duration::from_secs(24 * 60 * 60));
            "token_expired"
        };
        assert_eq!(batch.send(&row).await["code"], code);
        batch.has_ended(false).await;
    }
}

#[tokio::test]
async fn a_batch_follows_the_settings_of_its_organization() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let mut batch = Open::begin(&manager).await;
    let row = bodies::least(&registry.organization);
    assert_eq!(batch.send(&row).await["outcome"], "created");
    let settings = format!("/v1/organizations/{}/settings", registry.organization);
    let required = json!({"policies": [{"name": "customs.house", "required": true}]});
    manager.json("PUT", &settings, required.to_string()).await.ok();
    let refused = batch.send(&row).await;
    assert_eq!(
        (&refused["code"], &refused["errors"][0]["field"]),
        (&json!("policy_not_accepted"), &json!("policies.customs.house"))
    );
    let house = bodies::with(
        &registry.organization,
        json!({"policies": {"privacy": true, "termsOfUse": true, "customs.house": true}}),
    );
    assert_eq!(batch.send(&house).await["outcome"], "created");
    batch.has_ended(true).await;
}

#[tokio::test]
async fn blank_lines_count_among_the_rows_that_a_batch_may_have() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let row = bodies::least(&registry.organization);
    let blank = "\n".repeat(99_999);
    let answers = rows(&send(&manager, format!("{blank}{row}\n")).await);
    assert_eq!((answers.len(), &answers[0]["line"], &answers[0]["outcome"]), (1, &json!(100_000), &json!("created")));
    let answers = some_rows(&send(&manager, format!("{blank}\n{row}\n")).await);
    assert_eq!(
        (answers.len(), &answers[0]["line"], &answers[0]["code"]),
        (1, &json!(100_001), &json!("payload_too_large"))
    );
}
