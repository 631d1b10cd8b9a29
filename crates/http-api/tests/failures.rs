//! Failures that are hard to cause for real, caused by mocks: what a caller sees of them, and what not.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, header};
use domain::Timestamp;
use domain::access::{ClientKey, Role, Scopes, Service};
use domain::organization::{Organization, OrganizationSettings};
use domain::ports::{
    Clock, CommandError, CorruptRow, CustomerError, IdSource, MockCustomerDirectory, MockCustomerLists,
    MockCustomerStore, MockHistoryStore, MockInstallationStore, MockOrganizationStore, MockReadiness, MockServiceStore,
    MockSessionStore, MockTokenStore, Readiness, SecretSource, Session, StoreError,
};
use domain::value::{LocationId, Name, OrganizationId, ServiceId};
use http_api::{Api, JwtKey, Limits, Ports};
use hyper::body::Frame;
use serde_json::{Value, json};
use tower::ServiceExt;

const INSIDE: &str = "table customer at /var/lib/guestbook.db";

/// A world in which nothing moves.
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

impl IdSource for Still {
    fn next(&self) -> u128 {
        7
    }
}

impl SecretSource for Still {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(1);
    }
}

/// A store that never answers.
struct Stuck;

#[async_trait]
impl Readiness for Stuck {
    async fn check(&self) -> Result<(), StoreError> {
        std::future::pending().await
    }
}

/// A body of which nothing arrives.
struct Stalled;

impl hyper::body::Body for Stalled {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// Mocks of all stores, with a session that is alive.
struct Mocks {
    customers: MockCustomerStore,
    directory: MockCustomerDirectory,
    histories: MockHistoryStore,
    installations: MockInstallationStore,
    lists: MockCustomerLists,
    tokens: MockTokenStore,
    organizations: MockOrganizationStore,
    services: MockServiceStore,
    sessions: MockSessionStore,
    readiness: Arc<dyn Readiness>,
}

impl Mocks {
    fn new() -> Self {
        let mut sessions = MockSessionStore::new();
        sessions.expect_service_of().returning(|_| Ok(Some(service())));
        let mut organizations = MockOrganizationStore::new();
        organizations.expect_find().returning(|id| Ok(Some(organization(id))));
        Self {
            customers: MockCustomerStore::new(),
            directory: MockCustomerDirectory::new(),
            histories: MockHistoryStore::new(),
            installations: MockInstallationStore::new(),
            lists: MockCustomerLists::new(),
            tokens: MockTokenStore::new(),
            organizations,
            services: MockServiceStore::new(),
            sessions,
            readiness: Arc::new(MockReadiness::new()),
        }
    }

    /// Every store is away.
    fn away() -> Self {
        let mut mocks = Self::new();
        mocks.customers.expect_write().returning(|_| Err(unavailable()));
        mocks.customers.expect_find().returning(|_, _| Err(unavailable()));
        mocks.directory.expect_credential().returning(|_, _| Err(unavailable()));
        mocks.directory.expect_has_keys().returning(|_, _| Err(unavailable()));
        mocks.histories.expect_history().returning(|_, _, _, _| Err(unavailable().into()));
        mocks.installations.expect_report().returning(|_| Err(unavailable().into()));
        mocks.lists.expect_page().returning(|_| Err(unavailable()));
        mocks.tokens.expect_look_up().returning(|_, _| Err(unavailable()));
        mocks.organizations = MockOrganizationStore::new();
        mocks.organizations.expect_find().returning(|_| Err(unavailable()));
        mocks.organizations.expect_add_location().returning(|_, _| Err(unavailable()));
        mocks.organizations.expect_find_location().returning(|_, _| Err(unavailable().into()));
        mocks.organizations.expect_list_locations().returning(|_, _| Err(unavailable()));
        mocks.organizations.expect_configure().returning(|_, _| Err(unavailable().into()));
        mocks.services.expect_find().returning(|_| Err(unavailable()));
        mocks.sessions.expect_end().returning(|_| Err(unavailable()));
        let mut readiness = MockReadiness::new();
        readiness.expect_check().returning(|| Err(unavailable()));
        Self { readiness: Arc::new(readiness), ..mocks }
    }

    fn router(self) -> Router {
        let ports = Ports {
            customers: Arc::new(self.customers),
            directory: Arc::new(self.directory),
            histories: Arc::new(self.histories),
            installations: Arc::new(self.installations),
            lists: Arc::new(self.lists),
            tokens: Arc::new(self.tokens),
            organizations: Arc::new(self.organizations),
            services: Arc::new(self.services),
            sessions: Arc::new(self.sessions),
            readiness: self.readiness,
            clock: Arc::new(Still),
            ids: Arc::new(Still),
            secrets: Arc::new(Still),
        };
        http_api::router(Api::new(ports, jwt_key(), Limits::default()))
    }

    async fn send(self, method: &str, uri: &str, body: &Value) -> (u16, HeaderMap, Value) {
        send(&self.router(), method, uri, body).await
    }
}

fn jwt_key() -> JwtKey {
    JwtKey::from_seed(&[7; 32])
}

/// A session that is alive.
fn jwt() -> String {
    let session = Session { service_id: service().id, id: 1, expires_at: Timestamp::from_second(60).unwrap() };
    jwt_key().issue(session, Timestamp::UNIX_EPOCH)
}

async fn send(router: &Router, method: &str, uri: &str, body: &Value) -> (u16, HeaderMap, Value) {
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header(header::AUTHORIZATION, format!("Bearer {}", jwt()))
        .header(header::CONTENT_TYPE, "application/json");
    let request = request.body(Body::from(body.to_string())).unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let text = String::from_utf8(axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    assert!(!text.contains("guestbook.db") && !text.contains("table"), "something of the inside: {text}");
    (parts.status.as_u16(), parts.headers, serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
}

fn service() -> Service {
    Service {
        id: ServiceId::from_bits(1),
        organization_id: OrganizationId::from_bits(2),
        client_key: ClientKey::parse("ck-00000000-0000-0000-0000-000000000000").unwrap(),
        name: Name::parse("test").unwrap(),
        role: Role::OrganizationManager,
        scopes: Scopes::usual(Role::OrganizationManager),
        created_at: Timestamp::UNIX_EPOCH,
        revoked_at: None,
    }
}

fn organization(id: OrganizationId) -> Organization {
    Organization {
        id,
        name: Name::parse("test").unwrap(),
        default_location_id: LocationId::from_bits(3),
        settings: OrganizationSettings::default(),
        created_at: Timestamp::UNIX_EPOCH,
    }
}

/// A body that every operation takes.
fn body() -> Value {
    json!({
        "organizationId": OrganizationId::from_bits(2).to_string(),
        "source": "api",
        "policies": {"privacy": true, "termsOfUse": true},
        "clientKey": service().client_key.as_str(),
        "clientSecret": "secret",
        "username": "ada",
        "password": "geheim",
        "name": "Lobby",
        "installId": "1",
    })
}

fn unavailable() -> StoreError {
    StoreError::Unavailable(INSIDE.into())
}

fn internal() -> StoreError {
    StoreError::Internal(INSIDE.into())
}

#[tokio::test]
async fn a_store_that_is_away_is_503_with_retry_after_on_every_operation() {
    let (token, cid, organization) = ("0".repeat(28), "0".repeat(32), service().organization_id);
    for (method, uri) in [
        ("POST", "/v3/customers".to_owned()),
        ("PUT", format!("/v3/customers/{cid}")),
        ("GET", format!("/v3/customers/{cid}")),
        ("POST", "/v3/customers/credential/check".to_owned()),
        ("GET", format!("/v2/customers/organizations/{organization}/exist?email=a@example.org")),
        ("DELETE", format!("/v3/customers/{cid}")),
        ("POST", format!("/v3/customers/{cid}/devices")),
        ("GET", format!("/v3/customers/{cid}/history")),
        ("GET", format!("/v2/customers/organizations/{organization}")),
        ("GET", format!("/v2/customers/{cid}/token")),
        ("GET", format!("/v2/customers/tokens/{token}")),
        ("GET", format!("/v1/organizations/{organization}/policies")),
        ("GET", format!("/v1/organizations/{organization}/settings")),
        ("PUT", format!("/v1/organizations/{organization}/settings")),
        ("GET", format!("/v1/organizations/{organization}/locations")),
        ("POST", format!("/v1/organizations/{organization}/locations")),
        ("GET", format!("/v1/locations/{cid}")),
        ("GET", format!("/v4/organizations/{organization}/devices/ios_app/settings")),
        ("POST", "/v1/sts/login/services".to_owned()),
        ("POST", "/v1/sts/logout".to_owned()),
        ("GET", "/health/ready".to_owned()),
    ] {
        // The policies of an organization are a list.
        let body = if uri.ends_with("/settings") { json!({}) } else { body() };
        let (status, headers, answer) = Mocks::away().send(method, &uri, &body).await;
        assert_eq!((status, &answer["code"]), (503, &json!("unavailable")), "{method} {uri}");
        assert_eq!(headers[header::RETRY_AFTER], "2", "{method} {uri}");
    }
}

#[tokio::test]
async fn a_session_that_cannot_be_checked_is_503_and_not_403() {
    let mut mocks = Mocks::new();
    mocks.sessions = MockSessionStore::new();
    mocks.sessions.expect_service_of().returning(|_| Err(unavailable()));
    let (status, _, answer) = mocks.send("POST", "/v3/customers", &body()).await;
    assert_eq!((status, &answer["code"]), (503, &json!("unavailable")));
}

#[tokio::test]
async fn the_process_is_alive_while_its_store_is_away() {
    let (status, ..) = Mocks::away().send("GET", "/health/live", &json!({})).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_store_that_fails_is_500_and_tells_nothing_of_the_inside() {
    let row = CorruptRow { table: "customer", column: "email", id: "guestbook.db".to_owned() };
    let mut broken = Mocks::new();
    broken.customers.expect_write().returning(|_| Err(internal()));
    let mut corrupt = Mocks::new();
    corrupt.customers.expect_write().returning(move |_| Ok(vec![Err(CommandError::Corrupt(row.clone()))]));
    let mut silent = Mocks::new();
    silent.customers.expect_write().returning(|_| Ok(vec![]));
    let mut panicking = Mocks::new();
    panicking.customers.expect_write().returning(|_| panic!("{INSIDE}"));
    for mocks in [broken, corrupt, silent, panicking] {
        let (status, headers, answer) = mocks.send("POST", "/v3/customers", &body()).await;
        assert_eq!((status, &answer["code"]), (500, &json!("internal")));
        assert!(!headers.contains_key(header::RETRY_AFTER));
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_stored_is_not_told() {
    let mut mocks = Mocks::new();
    mocks.organizations.expect_find().returning(|id| Ok(Some(organization(id))));
    mocks.tokens.expect_issue().returning(|_| Err(CustomerError::Store(internal())));
    let (status, _, answer) = mocks.send("GET", &format!("/v2/customers/{}/token", "0".repeat(32)), &body()).await;
    assert_eq!((status, &answer["code"]), (500, &json!("internal")));
    assert!(answer.get("token").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_takes_too_long_is_503() {
    let started = tokio::time::Instant::now();
    let mocks = Mocks { readiness: Arc::new(Stuck), ..Mocks::new() };
    let (status, headers, answer) = mocks.send("GET", "/health/ready", &body()).await;
    assert_eq!((status, &answer["code"]), (503, &json!("unavailable")));
    assert_eq!(headers[header::RETRY_AFTER], "2");
    assert_eq!(started.elapsed(), Limits::default().request_time);
}

/// A logout that comes while a check of the same session is under way wins.
#[tokio::test]
async fn a_check_that_began_before_the_logout_does_not_bring_the_session_back() {
    let mut sessions = MockSessionStore::new();
    sessions.expect_end().returning(|_| Ok(()));
    // The store's answer is older than the logout, every time.
    sessions.expect_service_of().returning(|_| Ok(Some(service())));
    let router = Mocks { sessions, ..Mocks::new() }.router();
    let request = Request::post("/v1/sts/logout");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", jwt())).body(Body::empty()).unwrap();
    assert_eq!(router.clone().oneshot(request).await.unwrap().status(), 200);
    let (status, _, answer) = send(&router, "POST", "/v3/customers", &body()).await;
    assert_eq!((status, &answer["code"]), (403, &json!("token_invalid")));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_is_408() {
    let router = Mocks::new().router();
    let stalled = Body::new(Stalled);
    let request = Request::post("/v1/sts/login/services").header(header::CONTENT_TYPE, "application/json");
    let response = router.oneshot(request.body(stalled).unwrap()).await.unwrap();
    assert_eq!(response.status(), 408);
    assert!(!response.headers().contains_key(header::RETRY_AFTER));
}

/// A customer that was written is never answered with a failure of something else.
#[tokio::test]
async fn nothing_is_written_when_the_organization_cannot_be_asked() {
    let mut mocks = Mocks::new();
    mocks.organizations = MockOrganizationStore::new();
    mocks.organizations.expect_find().returning(|_| Err(unavailable()));
    mocks.customers.expect_write().never();
    let mut body = body();
    body["email"] = json!("ada@example.org");
    let (status, ..) = mocks.send("POST", "/v3/customers?deduplicate=email", &body).await;
    assert_eq!(status, 503);
}
