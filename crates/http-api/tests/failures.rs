//! Failures that are hard to cause for real, caused by mocks: what a caller sees of them, and what is hidden.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, header, request};
use domain::Timestamp;
use domain::access::{ClientKey, Role, Scopes, Service};
use domain::customer::{Credential, Customer, Key, Refusal};
use domain::grant::Grant;
use domain::organization::{Organization, OrganizationSettings};
use domain::ports::{
    Batching, Clock, Command, CommandError, CorruptRow, CustomerDirectory, CustomerError, CustomerStore, Cut,
    GrantSealer, IdSource, MockCustomerDirectory, MockCustomerLists, MockCustomerStore, MockHistoryStore,
    MockInstallationStore, MockNetworkSessionStore, MockOrganizationStore, MockReadiness, MockServiceStore,
    MockSessionStore, MockTokenStore, NetworkSessionStore, Readiness, SecretSource, Session, SessionEpoch, StoreError,
    UnsealError, Written,
};
use domain::session::{Nas, NetworkSession, Restart, SessionRecord};
use domain::value::{CustomerId, LocationId, Name, NetworkSessionId, OrganizationId, ServiceId, Username};
use http_api::{Api, JwtKey, Limits, Ports, RadiusPorts, Site};
use hyper::body::Frame;
use prometheus_client::registry::Registry;
use serde_json::{Value, json};
use tower::ServiceExt;

const INSIDE: &str = "table customer at /var/lib/guestbook.db";

/// A fixed clock and fixed randomness.
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

impl GrantSealer for Still {
    fn seal_grant(&self, grant: Grant) -> Vec<u8> {
        grant.to_bytes()
    }

    fn open_grant(&self, sealed: &[u8]) -> Result<Grant, UnsealError> {
        Grant::from_bytes(sealed).ok_or(UnsealError)
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

#[async_trait]
impl CustomerDirectory for Stuck {
    async fn credential(&self, _: OrganizationId, _: &Username) -> Result<Option<Credential>, StoreError> {
        std::future::pending().await
    }

    async fn has_keys(&self, _: OrganizationId, _: &[Key]) -> Result<bool, StoreError> {
        std::future::pending().await
    }

    async fn exists_anywhere(&self, _: CustomerId) -> Result<bool, StoreError> {
        std::future::pending().await
    }
}

#[async_trait]
impl NetworkSessionStore for Stuck {
    async fn record(&self, _: &SessionRecord) -> Result<Option<CustomerId>, StoreError> {
        std::future::pending().await
    }

    async fn restart(&self, _: OrganizationId, _: &Nas, _: Restart, _: Timestamp) -> Result<u64, StoreError> {
        std::future::pending().await
    }

    async fn sessions(
        &self,
        _: OrganizationId,
        _: CustomerId,
        _: Option<NetworkSessionId>,
        _: u16,
    ) -> Result<Vec<Result<NetworkSession, CorruptRow>>, CustomerError> {
        std::future::pending().await
    }
}

/// A body that never arrives.
struct Stalled;

impl hyper::body::Body for Stalled {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// A body that never ends, and counts how much of it was read.
struct Endless(Arc<AtomicUsize>);

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"{}\n")))))
    }
}

/// Mocks of all stores, with an active session.
struct Mocks {
    customers: MockCustomerStore,
    directory: MockCustomerDirectory,
    histories: MockHistoryStore,
    installations: MockInstallationStore,
    lists: MockCustomerLists,
    network_sessions: MockNetworkSessionStore,
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
            network_sessions: MockNetworkSessionStore::new(),
            tokens: MockTokenStore::new(),
            organizations,
            services: MockServiceStore::new(),
            sessions,
            readiness: Arc::new(MockReadiness::new()),
        }
    }

    /// Mocks whose stores are all unavailable.
    fn away() -> Self {
        let mut mocks = Self::new();
        mocks.customers.expect_write().returning(|_| Err(unavailable()));
        mocks.customers.expect_find().returning(|_, _| Err(unavailable()));
        mocks.directory.expect_credential().returning(|_, _| Err(unavailable()));
        mocks.directory.expect_has_keys().returning(|_, _| Err(unavailable()));
        mocks.histories.expect_history().returning(|_, _, _, _| Err(unavailable().into()));
        mocks.installations.expect_report().returning(|_| Err(unavailable().into()));
        mocks.lists.expect_page().returning(|_| Err(unavailable()));
        mocks.network_sessions.expect_sessions().returning(|_, _, _, _| Err(unavailable().into()));
        mocks.network_sessions.expect_record().returning(|_| Err(unavailable()));
        mocks.services.expect_find_by_bearer().returning(|_| Ok(Some(radius_server())));
        mocks.tokens.expect_look_up().returning(|_, _| Err(unavailable()));
        mocks.tokens.expect_redeemable().returning(|_, _| Err(unavailable()));
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

    fn ports(self) -> Ports {
        let (directory, network_sessions) = (Arc::new(self.directory), Arc::new(self.network_sessions));
        let (organizations, services) = (Arc::new(self.organizations), Arc::new(self.services));
        Ports {
            customers: Arc::new(self.customers),
            directory: directory.clone(),
            histories: Arc::new(self.histories),
            installations: Arc::new(self.installations),
            lists: Arc::new(self.lists),
            network_sessions: network_sessions.clone(),
            tokens: Arc::new(self.tokens),
            organizations: organizations.clone(),
            services: services.clone(),
            sessions: Arc::new(self.sessions),
            readiness: self.readiness,
            radius: RadiusPorts { directory, network_sessions, organizations, services },
            clock: Arc::new(Still),
            ids: Arc::new(Still),
            secrets: Arc::new(Still),
            grants: Arc::new(Still),
        }
    }

    fn router(self) -> Router {
        router(self.ports())
    }

    async fn send(self, method: &str, uri: &str, body: &Value) -> (u16, HeaderMap, Value) {
        send(&self.router(), method, uri, body).await
    }
}

fn router(ports: Ports) -> Router {
    http_api::router(Api::new(ports, jwt_key(), Limits::default(), site(), Registry::default()))
}

fn jwt_key() -> JwtKey {
    JwtKey::from_seed(&[7; 32])
}

fn site() -> Site {
    Site { public_url: "https://wifi.example.test".to_owned(), signer: None }
}

/// The JWT of an active session.
fn jwt() -> String {
    let expires_at = Timestamp::from_second(60).unwrap();
    let session = Session { service_id: service().id, id: 1, epoch: SessionEpoch::default(), expires_at };
    jwt_key().issue(session, Timestamp::UNIX_EPOCH)
}

async fn send(router: &Router, method: &str, uri: &str, body: &Value) -> (u16, HeaderMap, Value) {
    let request = Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, "application/json");
    ask(router, request, body.to_string()).await
}

async fn send_form(router: &Router, uri: &str, form: &str) -> (u16, HeaderMap, Value) {
    let request = Request::post(uri).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(router, request, form.to_owned()).await
}

async fn ask(router: &Router, request: request::Builder, body: String) -> (u16, HeaderMap, Value) {
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", jwt()));
    let (parts, body) = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap().into_parts();
    let text = String::from_utf8(axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    assert!(!text.contains("guestbook.db") && !text.contains("table"), "something of the inside: {text}");
    (parts.status.as_u16(), parts.headers, serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
}

/// The requests of a RADIUS server.
const RADIUS: [(&str, &str); 2] = [
    ("/radius/authorize", "username=ada"),
    ("/radius/accounting", "status_type=Start&session_id=1&nas_identifier=ap&username=ada"),
];

/// The service of any bearer secret.
fn radius_server() -> Service {
    Service { role: Role::Radius, ..service() }
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

/// A body that every operation accepts.
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
        ("GET", format!("/v3/customers/{cid}/sessions")),
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
        ("GET", format!("/wifiprofile?accountId={token}&deviceType=apple&realm=example.org")),
    ] {
        // In the settings, `policies` is a list.
        let body = if uri.ends_with("/settings") { json!({}) } else { body() };
        let (status, headers, answer) = Mocks::away().send(method, &uri, &body).await;
        assert_eq!((status, &answer["code"]), (503, &json!("unavailable")), "{method} {uri}");
        assert_eq!(headers[header::RETRY_AFTER], "2", "{method} {uri}");
    }
}

/// A person gets a page in their language, and may reload it.
#[tokio::test]
async fn a_page_tells_of_a_failure_in_the_words_of_its_visitor() {
    let router = Mocks::away().router();
    let request = Request::get(format!("/activate/{}", "0".repeat(28))).header(header::ACCEPT_LANGUAGE, "de");
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    assert_eq!((parts.status.as_u16(), &parts.headers[header::RETRY_AFTER]), (503, &"2".parse().unwrap()));
    assert_eq!(parts.headers[header::CONTENT_TYPE], "text/html; charset=utf-8");
    let text = String::from_utf8(axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
    assert!(text.contains("Bitte noch einmal versuchen") && !text.contains("guestbook.db"), "{text}");
}

#[tokio::test]
async fn a_store_that_is_away_is_503_to_a_radius_server() {
    for (uri, form) in RADIUS {
        let (status, headers, answer) = send_form(&Mocks::away().router(), uri, form).await;
        assert_eq!((status, &answer["code"]), (503, &json!("unavailable")), "{uri}");
        assert_eq!(headers[header::RETRY_AFTER], "2", "{uri}");
        let mut mocks = Mocks::new();
        mocks.services.expect_find_by_bearer().returning(|_| Err(unavailable()));
        let (status, ..) = send_form(&mocks.router(), uri, form).await;
        assert_eq!(status, 503, "{uri}, and not 401");
    }
}

/// FreeRADIUS waits for two seconds; a later answer rejects the login.
#[tokio::test(start_paused = true)]
async fn a_radius_server_is_answered_within_its_time() {
    let mut ports = Mocks::away().ports();
    ports.radius.directory = Arc::new(Stuck);
    ports.radius.network_sessions = Arc::new(Stuck);
    // The realm is read first.
    ports.radius.organizations = Mocks::new().ports().radius.organizations;
    let router = router(ports);
    for (uri, form) in RADIUS {
        let started = tokio::time::Instant::now();
        let (status, _, answer) = send_form(&router, uri, form).await;
        assert_eq!((status, &answer["code"]), (503, &json!("unavailable")), "{uri}");
        assert_eq!(started.elapsed(), Duration::from_millis(1500), "{uri}");
    }
}

/// A service that got a bearer secret before its role was changed.
#[tokio::test]
async fn a_bearer_secret_is_a_radius_servers_alone() {
    for (uri, form) in RADIUS {
        let mut mocks = Mocks::new();
        mocks.services.expect_find_by_bearer().returning(|_| Ok(Some(service())));
        let (status, ..) = send_form(&mocks.router(), uri, form).await;
        assert_eq!(status, 401, "{uri}");
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
    let mut broken = Mocks::new();
    broken.customers.expect_write().returning(|_| Err(internal()));
    let mut silent = Mocks::new();
    silent.customers.expect_write().returning(|_| Ok(vec![]));
    let mut panicking = Mocks::new();
    panicking.customers.expect_write().returning(|_| panic!("{INSIDE}"));
    for mocks in [broken, silent, panicking] {
        let (status, headers, answer) = mocks.send("POST", "/v3/customers", &body()).await;
        assert_eq!((status, &answer["code"]), (500, &json!("internal")));
        assert!(!headers.contains_key(header::RETRY_AFTER));
    }
}

#[tokio::test]
async fn a_customer_that_cannot_be_read_is_told_by_its_field_and_nothing_of_the_inside() {
    let row = CorruptRow { table: "customer", column: "phone_number", id: "guestbook.db".to_owned() };
    let mut mocks = Mocks::new();
    mocks.customers.expect_write().returning(move |_| Ok(vec![Err(CommandError::Corrupt(row.clone()))]));
    let (status, headers, answer) = mocks.send("POST", "/v3/customers", &body()).await;
    assert_eq!((status, &answer["code"]), (409, &json!("unreadable")));
    assert!(!headers.contains_key(header::RETRY_AFTER));
    assert_eq!(answer["errors"][0]["field"], "phoneNumber");
    assert_eq!(answer["errors"][0]["code"], "unreadable");
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
    let ports = Ports { directory: Arc::new(Stuck), readiness: Arc::new(Stuck), ..Mocks::new().ports() };
    let router = router(ports);
    let limits = Limits::default();
    let exist = format!("/v2/customers/organizations/{}/exist?email=ada@example.org", service().organization_id);
    for (uri, time) in [(exist.as_str(), limits.request_time), ("/health/ready", limits.radius_time)] {
        let started = tokio::time::Instant::now();
        let (status, headers, answer) = send(&router, "GET", uri, &body()).await;
        assert_eq!((status, &answer["code"]), (503, &json!("unavailable")), "{uri}");
        assert_eq!(headers[header::RETRY_AFTER], "2", "{uri}");
        assert_eq!(started.elapsed(), time, "{uri}");
    }
}

/// A logout during a check of the same session wins.
#[tokio::test]
async fn a_check_that_began_before_the_logout_does_not_bring_the_session_back() {
    let mut sessions = MockSessionStore::new();
    sessions.expect_end().returning(|_| Ok(()));
    // The store's answer is always older than the logout.
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

/// A request that wrote a customer is never answered with an unrelated failure.
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

fn batch(body: Body) -> Request<Body> {
    let request = Request::post("/v3/customers/batch").header(header::AUTHORIZATION, format!("Bearer {}", jwt()));
    request.header(header::CONTENT_TYPE, "application/x-ndjson").body(body).unwrap()
}

/// If the client does not read the answers, rows are neither answered nor read, and the batch ends after a while.
#[tokio::test(start_paused = true)]
async fn who_does_not_read_the_answers_of_a_batch_is_not_read() {
    let read = Arc::new(AtomicUsize::new(0));
    let mut request = batch(Body::new(Endless(read.clone())));
    *request.uri_mut() = "/v3/customers/batch?stream=true".parse().unwrap();
    let response = Mocks::new().router().oneshot(request).await.unwrap();
    let seen = || read.load(Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(30)).await;
    let held = seen();
    assert!((1..=5 * 512).contains(&held), "{held}");
    tokio::time::sleep(Duration::from_secs(25)).await;
    assert_eq!(seen(), held);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let text = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let rows = text.iter().filter(|byte| **byte == b'\n').count();
    assert!((1..=3 * 512).contains(&rows), "{rows}");
}

/// Refuses everything after a second, and records how many batches it has at once.
#[derive(Default)]
struct Slow {
    now: AtomicUsize,
    most: AtomicUsize,
}

#[async_trait]
impl CustomerStore for Slow {
    async fn write(&self, batch: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError> {
        self.most.fetch_max(self.now.fetch_add(1, Ordering::Relaxed) + 1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.now.fetch_sub(1, Ordering::Relaxed);
        Ok(batch.iter().map(|_| Err(Refusal::UnknownOrganization.into())).collect())
    }

    async fn rehearse(&self, _: Vec<Command>) -> Result<Vec<Result<Written, CommandError>>, StoreError> {
        Err(unavailable())
    }

    async fn find(&self, _: OrganizationId, _: CustomerId) -> Result<Option<Customer>, StoreError> {
        Err(unavailable())
    }

    async fn purge_receipts(&self, _: Timestamp) -> Result<u64, StoreError> {
        Err(unavailable())
    }

    fn batching(&self) -> Batching {
        Batching { cut: Cut::Anywhere, at_once: 8, beside: 1, commands: 1 }
    }
}

/// A row of a batch.
fn row(member: &str, value: &str) -> String {
    let mut body = json!({
        "organizationId": service().organization_id.to_string(), "source": "api",
        "policies": {"privacy": true, "termsOfUse": true},
    });
    body[member] = json!(value);
    format!("{body}\n")
}

/// Two parts of a batch are written at once, unless a row of the second may depend on one of the first.
#[tokio::test(start_paused = true)]
async fn rows_that_may_be_of_one_person_are_never_written_at_once() {
    let most_at_once = async |rows: String| {
        let store = Arc::new(Slow::default());
        let router = router(Ports { customers: store.clone(), ..Mocks::new().ports() });
        let mut request = batch(Body::from(rows));
        *request.uri_mut() = "/v3/customers/batch?deduplicate=email".parse().unwrap();
        let response = router.oneshot(request).await.unwrap();
        let text = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        assert_eq!(text.iter().filter(|byte| **byte == b'\n').count(), 1501);
        store.most.load(Ordering::Relaxed)
    };
    let others: String = (0..1500).map(|number| row("email", &format!("guest-{number}@example.org"))).collect();
    assert_eq!(most_at_once(others).await, 2);
    assert_eq!(most_at_once(row("email", "ada@example.org").repeat(1500)).await, 1);
    assert_eq!(most_at_once(row("username", "ada").repeat(1500)).await, 1);
}

#[tokio::test]
async fn a_batch_ends_with_the_rows_that_the_store_could_not_write() {
    let mut mocks = Mocks::new();
    let written = Arc::new(AtomicUsize::new(0));
    let writes = written.clone();
    mocks.customers.expect_write().returning(move |_| {
        writes.fetch_add(1, Ordering::Relaxed);
        Err(unavailable())
    });
    let lines = format!("{}no JSON\n", row("firstName", "Ada")).repeat(2000);
    let response = mocks.router().oneshot(batch(Body::from(lines))).await.unwrap();
    assert_eq!(response.status(), 200);
    let text = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    assert!(!text.contains("guestbook.db"), "something of the inside: {text}");
    let mut codes: Vec<Value> =
        text.lines().map(|row| serde_json::from_str::<Value>(row).unwrap()["code"].take()).collect();
    codes.pop();
    let end: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&end["complete"], &end["rows"], &end["refused"]),
        (&json!(false), &json!(codes.len()), &json!(codes.len()))
    );
    // Another part may have been in progress.
    let written = written.load(Ordering::Relaxed);
    assert!((1..=2).contains(&written) && codes.len() == 512 * written, "{} rows of {written} parts", codes.len());
    assert_eq!((&codes[0], &codes[1]), (&json!("unavailable"), &json!("malformed_json")));
}

/// Held answers count towards the memory budget for bodies.
#[tokio::test(start_paused = true)]
async fn a_batch_ends_when_there_is_no_room_for_its_answers() {
    // An organization has a quarter: about as much as the answers to a thousand invalid rows take.
    let (_, router) = bounded(Limits { bodies_bytes: 400_000, ..Limits::default() }, Mocks::new());
    let response = router.oneshot(batch(Body::from("no JSON\n".repeat(20_000)))).await.unwrap();
    let text = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(text.to_vec()).unwrap();
    let rows = text.lines().count() - 1;
    assert!((512..5120).contains(&rows), "{rows}");
    let end: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    let counts = json!({"complete": false, "rows": rows, "created": 0, "updated": 0, "refused": rows});
    assert_eq!(end, counts);
}

/// The interface over these mocks with other limits.
fn bounded(limits: Limits, mocks: Mocks) -> (Arc<Api>, Router) {
    let api = Api::new(mocks.ports(), jwt_key(), limits, site(), Registry::default());
    (api.clone(), http_api::router(api))
}

/// The body of an unauthenticated caller is not kept: it is read and discarded within bounds, and the request is
/// answered.
#[tokio::test(start_paused = true)]
async fn a_body_of_somebody_unknown_is_read_off_within_bounds() {
    for (method, uri) in
        [("POST", "/v3/customers"), ("POST", "/v3/customers/batch"), ("PUT", "/v3/customers/1"), ("GET", "/none")]
    {
        let read = Arc::new(AtomicUsize::new(0));
        let request = Request::builder().method(method).uri(uri).header(header::CONTENT_TYPE, "application/json");
        let request = request.body(Body::new(Endless(read.clone()))).unwrap();
        let status = Mocks::new().router().oneshot(request).await.unwrap().status();
        assert_eq!(status, if uri == "/none" { 404 } else { 401 }, "{uri}");
        let bytes = 3 * read.load(Ordering::Relaxed);
        assert!((8_000_000..9_000_000).contains(&bytes), "{uri}: {bytes}");

        let began = tokio::time::Instant::now();
        let request = Request::builder().method(method).uri(uri).body(Body::new(Stalled)).unwrap();
        let status = Mocks::new().router().oneshot(request).await.unwrap().status();
        assert_eq!(status, if uri == "/none" { 404 } else { 401 }, "{uri}");
        assert_eq!(began.elapsed(), Limits::default().body_time, "{uri}");
    }
}

/// A client that waits for `100 Continue` is refused without it.
#[tokio::test(start_paused = true)]
async fn a_body_that_waits_to_be_asked_for_is_not_asked_for_when_it_is_refused() {
    let request =
        Request::post("/v3/customers").header(header::EXPECT, "100-continue").body(Body::new(Stalled)).unwrap();
    let began = tokio::time::Instant::now();
    assert_eq!(Mocks::new().router().oneshot(request).await.unwrap().status(), 401);
    assert_eq!(began.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn a_body_without_a_login_is_short() {
    let router = Mocks::new().router();
    let text = |length: usize| json!({"clientKey": "x".repeat(length)}).to_string();
    for (length, status) in [(16_000, 409), (17_000, 413)] {
        let (found, ..) =
            send(&router, "POST", "/v1/sts/login/services", &serde_json::from_str(&text(length)).unwrap()).await;
        assert_eq!(found, status, "{length}");
    }
    for uri in ["/radius/authorize", "/radius/accounting"] {
        let mut mocks = Mocks::new();
        mocks.services.expect_find_by_bearer().returning(|_| Ok(Some(radius_server())));
        let (status, _, answer) = send_form(&mocks.router(), uri, &format!("x={}", "y".repeat(17_000))).await;
        assert_eq!((status, &answer["code"]), (413, &json!("payload_too_large")), "{uri}");
    }
}

/// A body of which this much arrives, and then nothing until the sender is dropped.
async fn half_a_body(bytes: usize) -> (http_body_util::channel::Sender<Bytes>, Body) {
    let (mut sender, body) = http_body_util::channel::Channel::new(1);
    sender.send_data(Bytes::from(vec![b' '; bytes])).await.unwrap();
    (sender, Body::new(body))
}

fn post(body: Body) -> Request<Body> {
    let request = Request::post("/v3/customers").header(header::AUTHORIZATION, format!("Bearer {}", jwt()));
    request.header(header::CONTENT_TYPE, "application/json").body(body).unwrap()
}

#[tokio::test(start_paused = true)]
async fn bodies_under_way_have_a_budget_and_wait_for_it() {
    // A quarter of it is for one organization.
    let (_, router) = bounded(Limits { bodies_bytes: 400_000, ..Limits::default() }, Mocks::new());
    let (sender, body) = half_a_body(90_000).await;
    let first = tokio::spawn(router.clone().oneshot(post(body)));
    tokio::task::yield_now().await;
    let began = tokio::time::Instant::now();
    let (status, headers, answer) = {
        let text = format!("{}{}", " ".repeat(50_000), body_text());
        ask(&router, Request::post("/v3/customers").header(header::CONTENT_TYPE, "application/json"), text).await
    };
    assert_eq!(
        (status, &answer["code"], &headers[header::RETRY_AFTER]),
        (503, &json!("unavailable"), &"2".parse().unwrap())
    );
    assert_eq!(began.elapsed(), Duration::from_secs(2));
    // A short one still fits.
    let (status, ..) = send(&router, "POST", "/v3/customers", &json!({})).await;
    assert_eq!(status, 409);
    drop(sender);
    assert_eq!(first.await.unwrap().unwrap().status(), 400);
    let request = Request::post("/v3/customers").header(header::CONTENT_TYPE, "application/json");
    let (status, ..) = ask(&router, request, format!("{}{{}}", " ".repeat(90_000))).await;
    assert_eq!(status, 409, "what one held is there for the next one");
}

fn body_text() -> String {
    json!({}).to_string()
}

#[tokio::test(start_paused = true)]
async fn there_are_only_so_many_batches_at_once() {
    let (_, router) = bounded(Limits { batches: 4, ..Limits::default() }, Mocks::new());
    let (sender, body) = half_a_body(1).await;
    let first = router.clone().oneshot(batch(body)).await.unwrap();
    assert_eq!(first.status(), 200);
    let second = router.clone().oneshot(batch(Body::empty())).await.unwrap();
    assert_eq!((second.status().as_u16(), &second.headers()[header::RETRY_AFTER]), (503, &"2".parse().unwrap()));
    drop(sender);
    axum::body::to_bytes(first.into_body(), usize::MAX).await.unwrap();
    assert_eq!(router.oneshot(batch(Body::empty())).await.unwrap().status(), 200);
}

/// A stop ends a batch after its current part and reports that; the client sends the later rows again.
#[tokio::test(start_paused = true)]
async fn a_batch_ends_when_the_server_stops() {
    let store = Arc::new(Slow::default());
    let ports = Ports { customers: store.clone(), ..Mocks::new().ports() };
    let api = Api::new(ports, jwt_key(), Limits::default(), site(), Registry::default());
    let (mut sender, body) = http_body_util::channel::Channel::<Bytes>::new(1);
    let mut request = batch(Body::new(body));
    *request.uri_mut() = "/v3/customers/batch?stream=true".parse().unwrap();
    let response = http_api::router(api.clone()).oneshot(request).await.unwrap();
    sender.send_data(Bytes::from(format!("{}\n\n", row("firstName", "Ada").repeat(3)))).await.unwrap();
    tokio::time::sleep(Duration::from_millis(500)).await;
    api.stop();
    let began = tokio::time::Instant::now();
    let text = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
    let mut rows: Vec<Value> =
        text.split(|byte| *byte == b'\n').filter_map(|row| serde_json::from_slice(row).ok()).collect();
    let end = rows.pop().unwrap();
    assert_eq!((&end["complete"], &end["rows"]), (&json!(false), &json!(4)));
    let told: Vec<_> = rows.iter().map(|row| (&row["line"], row["code"].as_str().unwrap())).collect();
    // The store refuses each; the last one is the row that was not carried out any more, after two blank lines.
    let expected = [json!(1), json!(2), json!(3), json!(6)];
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert_eq!(told[3], (&expected[3], "unavailable"));
    assert!(
        told[..3].iter().zip(&expected).all(|((line, code), expected)| *line == expected && *code == "forbidden"),
        "{told:?}"
    );
}
