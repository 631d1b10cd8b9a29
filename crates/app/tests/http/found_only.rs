//! The rights of a public app's key: for a customer that it merely found, and on a customer's own device.

use axum::body::Body;
use axum::http::header;
use domain::access::Role;
use domain::customer::Patch;
use domain::organization::SettingsChanges;
use serde_json::{Value, json};

use crate::common::{bodies, stored};
use crate::fixture::{Answer, Caller, Registry};

const EMAIL: &str = "ada@example.org";

/// A request with the header of the mobile SDKs.
async fn send(caller: &Caller, install_id: Option<&str>, method: &str, uri: &str, body: &Value) -> Answer {
    let mut request = caller.request(method, uri).header(header::CONTENT_TYPE, "application/json");
    if let Some(install_id) = install_id {
        request = request.header("SDK-Install-Id", install_id);
    }
    caller.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// The evidence of a caller.
#[derive(Clone, Copy, Debug)]
enum Shown {
    Nothing,
    Header(&'static str),
    Body(&'static str),
    Password(&'static str),
}

const SHOWN: [(Shown, bool); 7] = [
    (Shown::Nothing, false),
    (Shown::Header("install-1"), true),
    (Shown::Body("install-1"), true),
    (Shown::Password("pä ss wort"), true),
    (Shown::Header("install-2"), false),
    (Shown::Body("INSTALL-1"), false),
    (Shown::Password("pä ss Wort"), false),
];

/// A registry with a customer that an app created.
struct Place {
    registry: Registry,
    manager: Caller,
    app: Caller,
    id: String,
}

impl Place {
    async fn open(tells: bool) -> Self {
        let registry = Registry::start().await;
        let answer_credentials_on_hit = Patch::Set(tells);
        registry.configure(SettingsChanges { answer_credentials_on_hit, ..Default::default() }).await;
        let (manager, app) = (registry.manager().await, registry.login(Role::PublicApp).await);
        let ada = json!({
            "email": EMAIL, "username": "ada", "password": "pä ss wort", "lock": false, "firstName": "Ada",
            "device": {"installId": "install-1", "guid": "guid-1"}, "extId": "1001",
        });
        let id = app.create("", ada).await;
        Self { registry, manager, app, id }
    }

    /// Finds her by her address, with these additional members.
    async fn hit(&self, caller: &Caller, shown: Shown, mut members: Value) -> Value {
        if members.get("email").is_none() {
            members["email"] = json!(EMAIL);
        }
        let mut header = None;
        match shown {
            Shown::Nothing => {}
            Shown::Header(id) => header = Some(id),
            Shown::Body(id) => members["device"]["installId"] = json!(id),
            Shown::Password(password) => members["password"] = json!(password),
        }
        let names = if members["email"] == EMAIL { "email" } else { "guid" };
        let uri = format!("/v3/customers?deduplicate={names}");
        let found = send(caller, header, "POST", &uri, &bodies::with(&self.registry.organization, members)).await.ok();
        assert_eq!(found["id"], self.id, "{shown:?}");
        found
    }

    async fn stored(&self) -> Value {
        stored::as_sent(&self.registry.stored(&self.id).await)
    }

    async fn history(&self) -> Vec<Value> {
        let history = self.manager.get(&format!("/v3/customers/{}/history", self.id)).await.ok();
        history["history"].as_array().unwrap().clone()
    }

    async fn devices(&self) -> Vec<String> {
        let kept = self.manager.get(&format!("/v3/customers/{}", self.id)).await.ok();
        let devices = kept["devices"].as_array().cloned().unwrap_or_default();
        devices.iter().map(|device| device["installId"].as_str().unwrap().to_owned()).collect()
    }

    async fn report(&self, header: Option<&str>, install_id: &str) {
        let uri = format!("/v3/customers/{}/devices", self.id);
        send(&self.app, header, "POST", &uri, &json!({"installId": install_id, "pushToken": "t"})).await.ok();
    }
}

#[tokio::test]
async fn a_new_organization_tells_no_credentials_of_who_was_found() {
    let registry = Registry::start().await;
    let settings = registry.manager().await.get(&format!("/v1/organizations/{}/settings", registry.organization)).await;
    assert_eq!(settings.ok()["answerCredentialsOnHit"], false);
    let place = Place::open(false).await;
    for (shown, _) in SHOWN {
        for caller in [&place.app, &place.manager] {
            let found = place.hit(caller, shown, json!({})).await;
            assert!(found.get("username").is_none() && found.get("password").is_none(), "{shown:?}: {found}");
        }
    }
}

#[tokio::test]
async fn credentials_are_told_to_the_customers_own_device_alone() {
    let place = Place::open(true).await;
    for (shown, proven) in SHOWN {
        let found = place.hit(&place.app, shown, json!({})).await;
        let expected = proven.then(|| json!(["ada", "pä ss wort"]));
        let told = found.get("username").map(|name| json!([name, found["password"]]));
        assert_eq!(told, expected, "{shown:?}: {found}");
    }
    // A manager's key is secret.
    assert_eq!(place.hit(&place.manager, Shown::Nothing, json!({})).await["password"], "pä ss wort");
}

/// Every protected member, and one that any caller may change.
#[tokio::test]
async fn role_proof_and_field_decide_what_a_hit_changes() {
    let protected = [
        ("lock", json!(true)),
        ("phoneVerified", json!(true)),
        ("emailVerified", json!(true)),
        ("phoneNumber", json!("+442079460958")),
        ("email", json!("eve@example.org")),
        ("extId", json!("1002")),
        ("extProp1", json!("p1")),
        ("extProp2", json!("p2")),
        ("doubleOptin", json!("confirmed")),
        ("profileId", json!("gold")),
        ("policies", json!({"mktgCommunications": true, "privacy": "false", "customs.club": true})),
        ("document", json!({"type": "passport", "passportNumber": "X1"})),
        ("processingData", json!({"profiling": true})),
        ("device", json!({"guid": "guid-1", "os": "ios"})),
    ];
    let open = [("firstName", json!("Eve")), ("custom", json!({"tier": "gold"})), ("language", json!("en"))];
    for (field, value) in protected.iter().chain(&open) {
        let is_open = open.iter().any(|(name, _)| name == field);
        for (role, shown, trusted) in [
            (Role::PublicApp, Shown::Nothing, false),
            (Role::PublicApp, Shown::Header("install-2"), false),
            (Role::PublicApp, Shown::Header("install-1"), true),
            (Role::OrganizationManager, Shown::Nothing, true),
        ] {
            let place = Place::open(false).await;
            let caller = if role == Role::PublicApp { &place.app } else { &place.manager };
            let before = place.stored().await;
            let mut members = json!({*field: value});
            if *field == "email" {
                members["device"] = json!({"guid": "guid-1"});
            }
            place.hit(caller, shown, members).await;
            let (after, history) = (place.stored().await, place.history().await);
            let calls: Vec<_> = history[1..].iter().map(|event| event["call"].as_str().unwrap()).collect();
            if trusted || is_open {
                assert_ne!(after[*field], before[*field], "{field} {role:?} {shown:?}");
                assert_eq!(calls, ["hit"], "{field} {role:?} {shown:?}");
            } else {
                assert_eq!(after, before, "{field} {role:?} {shown:?}");
                assert_eq!(calls, ["claim"], "{field} {role:?} {shown:?}");
                let told = history[1]["fields"].as_array().unwrap();
                assert!(told.iter().any(|path| path.as_str().unwrap().starts_with(*field)), "{field}: {told:?}");
            }
        }
    }
}

#[tokio::test]
async fn an_update_needs_the_same_proof() {
    let place = Place::open(false).await;
    let uri = format!("/v3/customers/{}", place.id);
    let changes = json!({"firstName": "Eve", "email": "eve@example.org", "policies": {"mktgCommunications": true}});
    for stranger in [None, Some("install-2")] {
        let answer = send(&place.app, stranger, "PUT", &uri, &changes).await.ok();
        assert!(answer.get("username").is_none(), "{answer}");
        let stored = place.stored().await;
        assert_eq!((&stored["firstName"], &stored["email"]), (&json!("Eve"), &json!(EMAIL)));
        assert!(stored["policies"].get("mktgCommunications").is_none());
    }
    let claims: Vec<_> = place.history().await.into_iter().filter(|event| event["call"] == "claim").collect();
    assert_eq!(claims.len(), 2);
    assert_eq!(claims[0]["fields"], json!(["email", "policies.mktgCommunications"]));
    assert_eq!(claims[0]["consents"][0]["policy"], "mktgCommunications");
    assert_eq!(claims[0]["consents"][0]["accepted"], true);
    let answer = send(&place.app, Some("install-1"), "PUT", &uri, &changes).await.ok();
    assert_eq!(answer["username"], "ada");
    let stored = place.stored().await;
    assert_eq!(
        (&stored["email"], &stored["policies"]["mktgCommunications"]),
        (&json!("eve@example.org"), &json!(true))
    );
}

#[tokio::test]
async fn a_strangers_device_is_not_attached_until_it_shows_the_password() {
    let place = Place::open(false).await;
    place.report(None, "install-2").await;
    place.report(Some("install-2"), "install-2").await;
    assert!(place.devices().await.is_empty());
    let history = place.history().await;
    assert_eq!(history[1]["call"], "claim");
    assert_eq!(history[1]["fields"], json!(["devices.pushToken"]));
    place.report(None, "install-1").await;
    assert_eq!(place.devices().await, ["install-1"]);

    let check = async |header, password: &str| {
        let body = json!({"organizationId": place.registry.organization, "username": "ada", "password": password});
        send(&place.app, header, "POST", "/v3/customers/credential/check", &body).await.ok()["present"] == true
    };
    assert!(!check(Some("install-2"), "wrong").await);
    assert!(check(None, "pä ss wort").await);
    assert_eq!(place.devices().await, ["install-1"]);
    assert!(check(Some("install-2"), "pä ss wort").await);
    assert!(check(Some("install-2"), "pä ss wort").await);
    place.report(None, "install-2").await;
    assert_eq!(place.devices().await, ["install-1", "install-2"]);
    // From then on it is the customer's own.
    let uri = format!("/v3/customers/{}", place.id);
    send(&place.app, Some("install-2"), "PUT", &uri, &json!({"emailVerified": true})).await.ok();
    assert_eq!(place.stored().await["emailVerified"], true);
    place.manager.post(&format!("{uri}/devices"), &json!({"installId": "install-3"})).await.ok();
    assert_eq!(place.devices().await, ["install-1", "install-2", "install-3"]);
}

#[tokio::test]
async fn nobody_is_found_by_ids_that_are_counted_up() {
    let place = Place::open(true).await;
    let organization = &place.registry.organization;
    for (name, id) in [("extId", "1001"), ("extProp1", "1001"), ("extProp2", "1001")] {
        let members = json!({name: id, "firstName": "Eve"});
        let created = place.app.create(&format!("?deduplicate={name}"), members.clone()).await;
        assert_ne!(created, place.id, "{name}");
        let again = place.app.create(&format!("?deduplicate={name}"), members).await;
        assert!(again != created && again != place.id, "{name}");
        let uri = format!("/v2/customers/organizations/{organization}/exist?{name}={id}");
        place.app.get(&uri).await.error(404, "not_found");
        place.app.get(&format!("{uri}&email={EMAIL}")).await.error(404, "not_found");
        place.manager.get(&uri).await.ok();
    }
    assert_eq!(place.manager.create("?deduplicate=extId", json!({"extId": "1001"})).await, place.id);
    place.app.get(&format!("/v2/customers/organizations/{organization}/exist?email={EMAIL}")).await.ok();
}

#[tokio::test]
async fn passwords_are_not_tried_without_end() {
    let place = Place::open(true).await;
    let post = async |email: &str, password: String| {
        let members = json!({"email": email, "password": password});
        place.app.create_answer("?deduplicate=email", members).await
    };
    let mut limited = 0;
    for n in 0..150 {
        limited += u32::from(post(EMAIL, format!("guess {n}")).await.status == 429);
    }
    assert!(limited > 40, "{limited} of 150");
    post(EMAIL, "pä ss wort".to_owned()).await.error(429, "rate_limited");
    assert!(post("other@example.org", "pä ss wort".to_owned()).await.ok().get("password").is_some(), "created");
    place.hit(&place.app, Shown::Header("install-1"), json!({})).await;
}
