//! `POST /radius/authorize`

use std::time::Duration;

use domain::access::Role;
use domain::customer::Patch;
use domain::organization::{PasspointChanges, SettingsChanges};
use domain::ports::Clock;
use domain::value::HostName;
use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

async fn authorize(radius: &Caller, username: &str) -> Answer {
    radius
        .form("/radius/authorize", &[("username", username), ("calling_station_id", ""), ("nas_ip", "10.0.0.1")])
        .await
}

async fn guest(manager: &Caller, username: &str, password: &str) -> String {
    manager.create("", json!({"username": username, "password": password, "lock": false})).await
}

fn attributes(id: &str, name: &str, password: &str) -> Value {
    let attribute = |value: &str| json!({"op": ":=", "do_xlat": false, "value": value.replace('\\', "\\\\")});
    json!({
        "control:Cleartext-Password": attribute(password),
        "reply:Class": attribute(id),
        "reply:User-Name": attribute(name),
    })
}

#[tokio::test]
async fn the_password_is_told_so_that_freeradius_reads_it_as_it_is() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    for (username, password) in [
        ("ada", "wonder land!1"),
        ("übel & 'co' <%{User-Name}>", " a%{md5:b}\"\\<&>+=€ "),
        ("a+b=c&d%20 e", "%%"),
        ("we\"ird\\name", "p"),
        ("日本", "日本"),
    ] {
        let id = guest(&manager, username, password).await;
        let answer = authorize(&radius, username).await;
        assert_eq!(answer.ok(), attributes(&id, username, password));
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn a_lock_shows_in_the_next_login() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    let id = manager.create("", json!({"username": "ada", "password": "geheim"})).await;
    for _ in 0..3 {
        let answer = authorize(&radius, "ada").await;
        answer.error(403, "customer_locked");
        assert!(!answer.text.contains("geheim"));
        manager.put(&id, &json!({"lock": false})).await.ok();
        authorize(&radius, "ada").await.ok();
        manager.put(&id, &json!({"lock": true})).await.ok();
    }
    manager.delete(&id).await.ok();
    authorize(&radius, "ada").await.error(404, "not_found");
}

#[tokio::test]
async fn a_name_that_nobody_has_is_404() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    guest(&manager, "ada", "geheim").await;
    guest(&registry.stranger().await, "eve", "geheim").await;
    for nobody in ["eve", "Ada", "ada ", " ", "a\nb", "ada@wifi.example.org", &"a".repeat(64), &"ä".repeat(400)] {
        authorize(&radius, nobody).await.error(404, "not_found");
    }
}

async fn configure_realm(registry: &Registry) {
    let realm = Patch::Set(HostName::parse("wifi.example.org").unwrap());
    let passpoint = Patch::Set(PasspointChanges { realm, ..PasspointChanges::default() });
    registry.configure(SettingsChanges { passpoint, ..SettingsChanges::default() }).await;
}

/// Proxies route a record by the realm of its User-Name, and drop names that are not network access identifiers.
#[tokio::test]
async fn the_name_of_the_acceptance_is_routed_by_the_realm_and_leads_back() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    configure_realm(&registry).await;
    let victim = guest(&manager, "victim", "geheim").await;
    for username in ["ada", "eve@wifi.example.org", "eve", "übel", "a b", "ada@example.com", "a..b", &victim] {
        let id = guest(&manager, username, "geheim").await;
        let told = authorize(&radius, username).await.ok();
        let name = told["reply:User-Name"]["value"].as_str().unwrap();
        assert!(name.ends_with("@wifi.example.org") && name.matches('@').count() == 1, "{username}: {name}");
        assert!(!name.contains(' '), "{username}: {name}");
        let record =
            [("status_type", "Start"), ("session_id", &*id), ("nas_identifier", "ap-lobby"), ("username", name)];
        assert_eq!(radius.form("/radius/accounting", &record).await.status, 204);
        let sessions = manager.get(&format!("/v3/customers/{id}/sessions")).await.ok();
        assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1, "{username}: {name}");
    }
    let sessions = manager.get(&format!("/v3/customers/{victim}/sessions")).await.ok();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn the_organizations_realm_may_stand_behind_the_name() {
    let registry = Registry::start().await;
    let (manager, radius) = (registry.manager().await, registry.radius().await);
    configure_realm(&registry).await;
    let ada = guest(&manager, "ada", "geheim").await;
    let eve = guest(&manager, "eve@wifi.example.org", "geheim too").await;
    let bare = guest(&manager, "eve", "another").await;
    for (name, expected) in [
        ("ada", attributes(&ada, "ada@wifi.example.org", "geheim")),
        ("ada@wifi.example.org", attributes(&ada, "ada@wifi.example.org", "geheim")),
        ("ada@WIFI.example.org", attributes(&ada, "ada@wifi.example.org", "geheim")),
        // The unchanged name takes precedence over the name without the realm.
        ("eve@wifi.example.org", attributes(&eve, "eve@wifi.example.org", "geheim too")),
        // Another customer has her name with the realm as a username.
        ("eve", attributes(&bare, &format!("{bare}@wifi.example.org"), "another")),
    ] {
        assert_eq!(authorize(&radius, name).await.ok(), expected, "{name}");
    }
    for nobody in ["ada@example.org", "ada@", "@wifi.example.org"] {
        authorize(&radius, nobody).await.error(404, "not_found");
    }
}

#[tokio::test]
async fn what_is_no_form_or_has_no_name_is_refused() {
    let registry = Registry::start().await;
    let radius = registry.radius().await;
    radius.form("/radius/authorize", &[("nas_ip", "10.0.0.1")]).await.invalid("username", "required");
    for nobody in ["", " ", "a\0"] {
        radius.form("/radius/authorize", &[("username", nobody)]).await.error(404, "not_found");
    }
    radius.form("/radius/authorize", &[("username", "a"), ("username", "b")]).await.invalid("username", "invalid");
    radius.post("/radius/authorize", &json!({"username": "ada"})).await.error(415, "unsupported_media_type");
    radius.get("/radius/authorize").await.error(405, "method_not_allowed");
}

#[tokio::test]
async fn only_the_bearer_secret_of_a_radius_server_is_taken_and_only_here() {
    let registry = Registry::start().await;
    let radius = registry.radius().await;
    let ada = guest(&registry.manager().await, "ada", "geheim").await;
    for role in Role::ALL {
        // A login with client key and secret gives a JWT, which is not a bearer secret.
        authorize(&registry.login(role).await, "ada").await.error(401, "unauthorized");
    }
    let nobody = registry.post("/radius/authorize", &json!({})).await;
    nobody.error(401, "unauthorized");
    assert_eq!(nobody.headers["www-authenticate"], "Bearer");
    authorize(&registry.caller("geheim"), "ada").await.error(401, "unauthorized");
    radius.get(&format!("/v3/customers/{ada}")).await.error(403, "token_invalid");
    authorize(&radius, "ada").await.ok();
}

#[tokio::test]
async fn a_revoked_server_is_refused_within_two_seconds() {
    let registry = Registry::start().await;
    guest(&registry.manager().await, "ada", "geheim").await;
    let service = registry.add_service(&registry.organization, Role::Radius, "").await;
    let radius = registry.caller(service.bearer.as_ref().unwrap().reveal());
    authorize(&radius, "ada").await.ok();
    registry.ports.services.revoke(&service.service.client_key, registry.clock.now()).await.unwrap();
    registry.clock.forward(Duration::from_secs(2));
    authorize(&radius, "ada").await.error(401, "unauthorized");
    registry.clock.turn(-10_000);
    authorize(&radius, "ada").await.error(401, "unauthorized");
}

#[tokio::test]
async fn guessing_a_bearer_secret_meets_429_and_keeps_nobody_out() {
    let registry = Registry::start().await;
    guest(&registry.manager().await, "ada", "geheim").await;
    let radius = registry.radius().await;
    let mut limited = 0;
    for n in 0..600 {
        let answer = authorize(&registry.caller(&format!("guess{n}")), "ada").await;
        limited += usize::from(answer.status == 429);
    }
    assert!(limited > 400, "{limited} of 600");
    authorize(&radius, "ada").await.ok();
}

/// Neither the rate limit of requests nor that of passwords applies: each request is a person trying to connect.
#[tokio::test]
async fn many_logins_at_once_meet_no_limit() {
    let one = std::num::NonZeroU32::MIN;
    let rates =
        http_api::Rates { requests: one, passwords: one, secrets: one, pages: one, ..http_api::Rates::default() };
    let registry = Registry::start_with(http_api::Limits { rates, ..http_api::Limits::default() }).await;
    guest(&registry.manager().await, "ada", "geheim").await;
    let radius = registry.radius().await;
    let logins = (0..64).map(|_| {
        let radius = radius.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                let answer = authorize(&radius, "ada").await;
                answer.ok();
                assert!(!answer.headers.contains_key("ratelimit"), "what is not counted is not told");
            }
        })
    });
    for login in logins.collect::<Vec<_>>() {
        login.await.unwrap();
    }
}
