//! `POST /v1/sts/login/services`, `POST /v1/sts/logout`, and the validity of JWTs.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::access::Role;
use domain::ports::{Session, SessionEpoch};
use domain::value::ServiceId;
use http_api::JwtKey;
use serde_json::{Value, json};

use crate::fixture::{Caller, Registry, credentials, jwt_key};

const LOGIN: &str = "/v1/sts/login/services";

#[tokio::test]
async fn a_service_learns_its_organization_and_its_rights() {
    let registry = Registry::start().await;
    let app = registry.login(Role::PublicApp).await;
    let payload = URL_SAFE_NO_PAD.decode(app.jwt.split('.').nth(1).unwrap()).unwrap();
    let id = serde_json::from_slice::<Value>(&payload).unwrap()["iss"].as_str().unwrap().to_owned();
    let expected = json!({
        "id": id,
        "domains": {"service": {
            "id": id,
            "name": "test",
            "scope": "customer_read,customer_write,organization_settings_read",
            "authorities": ["public_app"],
            "organizations": [registry.organization],
            "locations": [],
        }},
    });
    let answer = app.get(&format!("/v1/sts/services/{id}")).await;
    assert_eq!(answer.ok(), expected);
    let manager = registry.manager().await;
    for other in [id.as_str(), &"0".repeat(32), "me"] {
        manager.get(&format!("/v1/sts/services/{other}")).await.error(403, "forbidden");
    }
}

/// Any request that requires a session.
async fn use_session(caller: &Caller) -> crate::fixture::Answer {
    caller.get(&format!("/v2/customers/{}/token", "0".repeat(32))).await
}

fn claims(jwt: &str) -> Value {
    let payload = jwt.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

#[tokio::test]
async fn a_login_gives_a_jwt_of_the_service_for_a_day() {
    let registry = Registry::start().await;
    let service = registry.add_service(&registry.organization, Role::PublicApp, "customer_write").await;
    let answer = registry.post(LOGIN, &credentials(&service)).await;
    let jwt = answer.ok()["token"].as_str().unwrap().to_owned();
    assert_eq!(answer.headers[header::AUTHORIZATION], format!("Bearer {jwt}"));
    let claims = claims(&jwt);
    assert_eq!(claims["iss"], service.service.id.to_string());
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 86_400);
}

#[tokio::test]
async fn wrong_keys_are_401_whatever_is_wrong() {
    let registry = Registry::start().await;
    let service = registry.add_service(&registry.organization, Role::OrganizationManager, "").await;
    let right = credentials(&service);
    for (name, value) in [
        ("clientSecret", "wrong"),
        ("clientKey", "ck-00000000-0000-0000-0000-000000000000"),
        ("clientKey", "no key at all"),
    ] {
        let mut wrong = right.clone();
        wrong[name] = json!(value);
        let answer = registry.post(LOGIN, &wrong).await;
        answer.error(401, "unauthorized");
        assert_eq!(answer.headers[header::WWW_AUTHENTICATE], "Bearer");
    }
    let answer = registry.post(LOGIN, &json!({"clientKey": 1})).await;
    assert_eq!(
        answer.fields(409, "invalid_parameters"),
        [("clientKey", "wrong_type"), ("clientSecret", "required")].map(|(f, c)| (f.to_owned(), c.to_owned()))
    );
}

#[tokio::test]
async fn a_revoked_service_neither_logs_in_nor_stays_in() {
    let registry = Registry::start().await;
    let service = registry.add_service(&registry.organization, Role::OrganizationManager, "customer_read").await;
    let jwt = registry.post(LOGIN, &credentials(&service)).await.ok()["token"].as_str().unwrap().to_owned();
    let caller = registry.caller(&jwt);
    use_session(&caller).await.error(404, "not_found");
    let now = registry.ports.clock.now();
    assert!(registry.ports.services.revoke(&service.service.client_key, now).await.unwrap());
    registry.post(LOGIN, &credentials(&service)).await.error(401, "unauthorized");
    registry.clock.forward(Duration::from_secs(2));
    use_session(&caller).await.error(403, "token_invalid");
}

#[tokio::test]
async fn a_session_ends_after_exactly_a_day() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    registry.clock.forward(Duration::from_millis(86_399_999));
    use_session(&manager).await.error(404, "not_found");
    // Neither the cached check of a moment ago nor any leeway extends it.
    registry.clock.forward(Duration::from_millis(1));
    use_session(&manager).await.error(403, "token_expired");
    manager.json("POST", "/v1/sts/logout", "").await.error(401, "unauthorized");
}

#[tokio::test]
async fn a_logout_kills_the_session_at_once_and_only_that_one() {
    let registry = Registry::start().await;
    let service = registry.add_service(&registry.organization, Role::OrganizationManager, "customer_read").await;
    let login = async || registry.post(LOGIN, &credentials(&service)).await.ok()["token"].as_str().unwrap().to_owned();
    let (one, two) = (registry.caller(&login().await), registry.caller(&login().await));
    use_session(&one).await.error(404, "not_found");
    let answer = one.json("POST", "/v1/sts/logout", "").await;
    assert_eq!((answer.status, answer.text.as_str()), (200, ""));
    use_session(&one).await.error(403, "token_invalid");
    one.json("POST", "/v1/sts/logout", "").await.error(401, "unauthorized");
    use_session(&two).await.error(404, "not_found");
}

#[tokio::test]
async fn requests_without_a_session_are_401() {
    let registry = Registry::start().await;
    for authorization in [None, Some("Basic YTpi"), Some("Bearer"), Some("Bearer "), Some("a.b.c")] {
        for (method, uri) in [
            ("POST", "/v3/customers"),
            ("PUT", "/v3/customers/0"),
            ("GET", "/v3/customers/0"),
            ("POST", "/v3/customers/credential/check"),
            ("GET", "/v2/customers/organizations/0/exist"),
            ("GET", "/v2/customers/0/token"),
            ("GET", "/v2/customers/tokens/0"),
            ("POST", "/v1/sts/logout"),
        ] {
            let mut request = Request::builder().method(method).uri(uri);
            if let Some(authorization) = authorization {
                request = request.header(header::AUTHORIZATION, authorization);
            }
            let answer = registry.send(request.body(Body::empty()).unwrap()).await;
            answer.error(401, "unauthorized");
        }
    }
}

#[tokio::test]
async fn forged_sessions_are_403() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let parts: Vec<_> = manager.jwt.split('.').collect();
    let encode = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let now = registry.ports.clock.now();
    let service_id = ServiceId::parse(claims(&manager.jwt)["iss"].as_str().unwrap()).unwrap();
    let session = Session {
        service_id,
        id: 1,
        epoch: SessionEpoch::default(),
        expires_at: now.checked_add(Duration::from_secs(60)).unwrap(),
    };
    let nobody = Session { service_id: ServiceId::from_bits(1), ..session };
    let mut later = claims(&manager.jwt);
    later["exp"] = json!(9_999_999_999_i64);
    let forged = [
        ("another key", JwtKey::from_seed(&[8; 32]).issue(session, now)),
        ("our key, but no such service", jwt_key().issue(nobody, now)),
        ("alg none", format!("{}.{}.", encode(json!({"alg": "none", "typ": "JWT"})), parts[1])),
        (
            "alg none with our signature",
            format!("{}.{}.{}", encode(json!({"alg": "none", "typ": "JWT"})), parts[1], parts[2]),
        ),
        ("alg HS256", format!("{}.{}.{}", encode(json!({"alg": "HS256", "typ": "JWT"})), parts[1], parts[2])),
        ("later expiry", format!("{}.{}.{}", parts[0], encode(later), parts[2])),
        ("no signature", format!("{}.{}", parts[0], parts[1])),
        ("wrong signature", format!("{}.{}.{}", parts[0], parts[1], URL_SAFE_NO_PAD.encode([0; 64]))),
        ("no JWT", "x".to_owned()),
    ];
    for (what, jwt) in forged {
        let answer = use_session(&registry.caller(&jwt)).await;
        assert_eq!(answer.error(403, "token_invalid")["code"], "token_invalid", "{what}");
    }
    // The same JWT with the right key and service is accepted: the cases in the table above fail only for their own
    // reasons.
    use_session(&registry.caller(&jwt_key().issue(session, now))).await.error(404, "not_found");
}

#[tokio::test]
async fn an_expired_session_says_so() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let service_id = ServiceId::parse(claims(&manager.jwt)["iss"].as_str().unwrap()).unwrap();
    let now = registry.ports.clock.now();
    let session = Session {
        service_id,
        id: 1,
        epoch: SessionEpoch::default(),
        expires_at: now.checked_sub(Duration::from_secs(1)).unwrap(),
    };
    use_session(&registry.caller(&jwt_key().issue(session, now))).await.error(403, "token_expired");
}

/// Otherwise it would be valid for as long as the clock was wrong. A clock that is a few minutes ahead belongs to
/// another instance.
#[tokio::test]
async fn a_session_that_began_while_a_clock_was_ahead_is_refused() {
    const MINUTE: i64 = 60 * 1000;
    let registry = Registry::start().await;
    for (minutes, accepted) in [(4, true), (6, false), (365 * 24 * 60, false)] {
        registry.clock.turn(minutes * MINUTE);
        let manager = registry.manager().await;
        use_session(&manager).await.error(404, "not_found");
        registry.clock.turn(-minutes * MINUTE);
        // The cache of two seconds is not used after the clock was set back.
        let answer = use_session(&manager).await;
        if accepted {
            answer.error(404, "not_found");
        } else {
            answer.error(403, "token_invalid");
        }
    }
}

/// Every service has to log in again; its new sessions are valid.
#[tokio::test]
async fn all_sessions_can_end_at_once() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    use_session(&manager).await.error(404, "not_found");
    registry.ports.sessions.end_all(SessionEpoch::new(7)).await.unwrap();
    registry.clock.forward(Duration::from_secs(2));
    use_session(&manager).await.error(403, "token_invalid");
}

#[tokio::test]
async fn guessing_a_secret_meets_429_and_the_right_one_still_gets_in() {
    let registry = Registry::start().await;
    let service = registry.add_service(&registry.organization, Role::PublicApp, "").await;
    let mut wrong = credentials(&service);
    wrong["clientSecret"] = json!("guess");
    let mut limited = 0;
    for _ in 0..600 {
        let answer = registry.post(LOGIN, &wrong).await;
        if answer.status == 429 {
            answer.error(429, "rate_limited");
            assert!(answer.headers[header::RETRY_AFTER].to_str().unwrap().parse::<u64>().unwrap() >= 1);
            limited += 1;
        } else {
            answer.error(401, "unauthorized");
        }
    }
    assert!(limited > 300, "{limited} of 600");
    registry.post(LOGIN, &credentials(&service)).await.ok();
}

#[tokio::test]
async fn sixty_four_clients_of_one_service_meet_no_429() {
    let registry = Registry::start().await;
    let service = registry.add_service(&registry.organization, Role::PublicApp, "").await;
    for _ in 0..640 {
        registry.post(LOGIN, &credentials(&service)).await.ok();
    }
}

#[tokio::test]
async fn a_check_is_remembered_for_two_seconds_and_not_by_a_clock_that_was_set_back() {
    let registry = Registry::start().await;
    for (by, code) in [(1_999, "not_found"), (2_000, "token_invalid"), (-3_600_000, "token_invalid")] {
        let service = registry.add_service(&registry.organization, Role::OrganizationManager, "customer_read").await;
        let jwt = registry.post(LOGIN, &credentials(&service)).await.ok()["token"].as_str().unwrap().to_owned();
        let caller = registry.caller(&jwt);
        use_session(&caller).await.error(404, "not_found");
        let now = registry.ports.clock.now();
        assert!(registry.ports.services.revoke(&service.service.client_key, now).await.unwrap());
        registry.clock.turn(by);
        assert_eq!(use_session(&caller).await.json()["code"], code, "{by} ms later");
    }
}
