//! What is common to all responses, and their log lines.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::bodies;
use crate::fixture::{Answer, Client, Home, Server};

async fn start(home: &Home) -> (Server, Client, String) {
    let server = home.start();
    let keys = server.demonstration();
    let client = server.login(&keys).await;
    (server, client, keys.organization)
}

/// The log line at the end of this request.
fn logged(log: &[String], request: &Answer) -> Value {
    let id = request.header("x-request-id");
    let lines: Vec<Value> = log.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut closing = lines.into_iter().filter(|line| line["span"]["request_id"] == id && line.get("status").is_some());
    let line = closing.next().unwrap_or_else(|| panic!("nothing of {id}: {log:#?}"));
    assert!(closing.next().is_none(), "one line closes a request");
    line
}

#[tokio::test]
async fn doubled_slashes_are_one() {
    let home = Home::new();
    let (server, client, organization) = start(&home).await;
    let created = client.post("//v3//customers", &bodies::least(&organization)).await;
    created.ok();
    assert!(created.url.path() == "//v3//customers", "not redirected");
    assert_eq!(logged(&server.stop().log, &created)["span"]["route"], "/v3/customers");
}

#[tokio::test]
async fn the_request_id_of_a_caller_comes_back_and_is_logged() {
    let home = Home::new();
    let (server, client, _) = start(&home).await;
    let with_id = |id: &str| client.request(Method::GET, "/health/live").header("x-request-id", id);
    let own = client.send(with_id("caller-17.A_b")).await;
    assert_eq!(own.header("x-request-id"), "caller-17.A_b");
    let mut made = vec![client.get("/health/live").await, client.send(with_id("two words")).await];
    made.push(client.send(with_id(&"x".repeat(65))).await);
    let ids: Vec<_> = made.iter().map(|answer| answer.header("x-request-id")).collect();
    assert!(ids.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())), "{ids:?}");
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
    let log = server.stop().log;
    for answer in made.iter().chain([&own]) {
        assert_eq!(logged(&log, answer)["span"]["route"], "/health/live");
    }
}

#[tokio::test]
async fn the_log_tells_the_route_and_not_the_token() {
    let home = Home::new();
    let (server, client, organization) = start(&home).await;
    let id = client.create(&bodies::least(&organization)).await;
    let issued = client.get(&format!("/v2/customers/{id}/token?hits=5")).await;
    let token = issued.ok()["token"].as_str().unwrap().to_owned();
    let known = client.get(&format!("/v2/customers/tokens/{token}")).await;
    // A token that was never issued is not secret, but may be a mistyped one.
    let mistyped = client.get("/v2/customers/tokens/00mistypedmistypedmistyped00").await;
    let elsewhere = client.get(&format!("/nowhere/{token}")).await;
    assert_eq!([known.status, mistyped.status, elsewhere.status], [200, 404, 404]);

    let log = server.stop().log;
    let line = logged(&log, &known);
    assert_eq!((&line["customer"], &line["outcome"]), (&json!(id), &json!("token looked up")));
    assert_eq!(line["service"], logged(&log, &issued)["service"]);
    assert_eq!(line["service"].as_str().map(str::len), Some(32));
    for (answer, route) in [(&known, "/v2/customers/tokens/{token}"), (&mistyped, "/v2/customers/tokens/{token}")] {
        let line = logged(&log, answer);
        assert_eq!((&line["span"]["route"], &line["status"]), (&json!(route), &json!(answer.status)));
    }
    assert_eq!(logged(&log, &elsewhere)["span"]["route"], "");
    assert!(log.iter().all(|line| !line.contains(&token) && !line.contains("mistyped")));
}

#[tokio::test]
async fn the_log_shows_no_person() {
    let home = Home::new();
    let (server, client, organization) = start(&home).await;
    let person = json!({
        "email": "Zacharias@Quux.Example", "phoneNumber": "+442079460958", "firstName": "Zacharias",
        "lastName": "Xylander", "birthDate": "1975-03-16", "zipCode": "SW1Y 4JH", "extId": "crm-424242",
        "username": "zacharias.x", "password": "correct horse", "custom": {"hobby": "spelunking"},
        "document": {"passportNumber": "PASS424242"}, "device": {"guid": "device-424242"},
    });
    let body = bodies::with(&organization, person);
    let id = client.create(&body).await;
    client.post("/v3/customers?deduplicate=email,phoneNumber,guid", &body).await.ok();
    client.put(&format!("/v3/customers/{id}"), &json!({"lastName": "Yggdrasil"})).await.ok();
    // Refusals too: the username is taken; every value is invalid; not JSON.
    assert_eq!(client.post("/v3/customers", &body).await.status, 409);
    let wrong = json!({"email": "Zacharias@@Quux", "phoneNumber": "+44 Xylander", "birthDate": "Zacharias"});
    assert_eq!(client.post("/v3/customers", &bodies::with(&organization, wrong)).await.status, 409);
    let broken = client.request(Method::POST, "/v3/customers").header("content-type", "application/json");
    assert_eq!(client.send(broken.body("{\"email\": \"zacharias@quux.example\" Xylander")).await.status, 400);

    let values =
        ["zacharias", "quux", "2079460958", "xylander", "yggdrasil", "1975-03-16", "4jh", "424242", "spelunking"];
    for line in server.stop().log {
        let shown = values.iter().find(|value| line.to_lowercase().contains(*value));
        assert!(shown.is_none(), "{}: {line}", shown.unwrap());
    }
}

/// An app logs in again on a 403, so it has to receive it, even while it is still sending.
#[tokio::test]
async fn a_refusal_reaches_a_client_that_is_still_sending() {
    let home = Home::new();
    let (server, ..) = start(&home).await;
    for length in [900_000, 3_000_000] {
        for _ in 0..10 {
            let body = format!("{{\"picture\":\"{}\"}}", "x".repeat(length));
            let request = server.anybody().request(Method::POST, "/v3/customers");
            let request = request.header("authorization", "Bearer dead").header("content-type", "application/json");
            let answer = server.anybody().send(request.body(body)).await;
            assert_eq!(answer.json()["code"], "token_invalid");
        }
    }
    server.stop();
}
