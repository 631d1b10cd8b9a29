//! A registry in its own directory, and callers of it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use domain::Timestamp;
use domain::access::{NewService, Role, Scopes};
use domain::customer::Customer;
use domain::organization::{Location, Organization, OrganizationSettings, SettingsChanges};
use domain::ports::{Clock, NewOrganization};
use domain::value::{CustomerId, LocationId, Name, OrganizationId};
use http_api::{Api, JwtKey, Limits, Ports, RadiusPorts, Site};
use passpoint::SigningIdentity;
use prometheus_client::registry::Registry as Metrics;
use serde_json::{Value, json};
use store_sqlite::SqliteStore;
use system::{KeyFile, OsSecrets, Uuidv7Ids};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::common::bodies;

/// The address under which people reach it.
pub(crate) const PUBLIC_URL: &str = "https://wifi.example.test";

/// A clock that only the test advances.
pub(crate) struct TestClock(Mutex<Timestamp>);

impl TestClock {
    pub(crate) fn forward(&self, by: Duration) {
        self.turn(i64::try_from(by.as_millis()).unwrap());
    }

    /// Moves the clock forward or back.
    pub(crate) fn turn(&self, milliseconds: i64) {
        let mut now = self.0.lock().unwrap();
        *now = Timestamp::from_millisecond(now.as_millisecond() + milliseconds).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// The registry, with one organization.
pub(crate) struct Registry {
    router: Router,
    pub(crate) ports: Ports,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) organization: String,
    pub(crate) location: String,
    directory: TempDir,
}

/// A service that is logged in.
#[derive(Clone)]
pub(crate) struct Caller {
    router: Router,
    pub(crate) jwt: String,
    pub(crate) organization: String,
}

/// A response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// Empty if there is no body.
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
}

/// The key with which the registry signs its sessions.
pub(crate) fn jwt_key() -> JwtKey {
    JwtKey::from_seed(&[7; 32])
}

impl Registry {
    pub(crate) async fn start() -> Self {
        Self::start_with(Limits::default()).await
    }

    pub(crate) async fn start_with(limits: Limits) -> Self {
        Self::start_at(limits, Site { public_url: PUBLIC_URL.to_owned(), signer: None }).await
    }

    /// With a signer of files.
    pub(crate) async fn start_signing(signer: SigningIdentity) -> Self {
        Self::start_at(Limits::default(), Site { public_url: PUBLIC_URL.to_owned(), signer: Some(signer) }).await
    }

    async fn start_at(limits: Limits, site: Site) -> Self {
        let directory = TempDir::new().unwrap();
        let secrets = Arc::new(OsSecrets);
        let keys = KeyFile::create(&directory.path().join("keys.toml"), secrets.as_ref()).unwrap();
        let sealer = Arc::new(keys.sealer(secrets.clone()));
        let store = Arc::new(SqliteStore::open(&directory.path().join("guestbook.db"), sealer).await.unwrap());
        let radius = Arc::new(store.apart(2));
        let clock = Arc::new(TestClock(Mutex::new(Timestamp::from_second(1_711_620_930).unwrap())));
        let grants = Arc::new(keys.sealer(secrets.clone()));
        let ports = Ports {
            customers: store.clone(),
            directory: store.clone(),
            histories: store.clone(),
            installations: store.clone(),
            lists: store.clone(),
            network_sessions: store.clone(),
            tokens: store.clone(),
            organizations: store.clone(),
            services: store.clone(),
            sessions: store.clone(),
            readiness: store,
            radius: RadiusPorts {
                directory: radius.clone(),
                network_sessions: radius.clone(),
                organizations: radius.clone(),
                services: radius,
            },
            clock: clock.clone(),
            ids: Arc::new(Uuidv7Ids),
            secrets,
            grants,
        };
        let router = http_api::router(Api::new(ports.clone(), jwt_key(), limits, site, Metrics::default()));
        let (organization, location) = add_organization(&ports).await;
        Self { router, ports, clock, organization, location, directory }
    }

    /// A service of the registry's organization with the default scopes of its role, logged in.
    pub(crate) async fn login(&self, role: Role) -> Caller {
        self.login_as(&self.organization, role, &Scopes::usual(role).to_string()).await
    }

    /// A service with the role that has all rights, logged in.
    pub(crate) async fn manager(&self) -> Caller {
        self.login(Role::OrganizationManager).await
    }

    /// A service of another, new organization, logged in.
    pub(crate) async fn stranger(&self) -> Caller {
        let (organization, _) = add_organization(&self.ports).await;
        self.login_as(&organization, Role::OrganizationManager, "organization_read,organization_write").await
    }

    pub(crate) async fn login_as(&self, organization: &str, role: Role, scopes: &str) -> Caller {
        let service = self.add_service(organization, role, scopes).await;
        let credentials = credentials(&service);
        let answer = self.post("/v1/sts/login/services", &credentials).await;
        let jwt = answer.json()["token"].as_str().unwrap().to_owned();
        Caller { router: self.router.clone(), jwt, organization: organization.to_owned() }
    }

    pub(crate) async fn add_service(&self, organization: &str, role: Role, scopes: &str) -> NewService {
        let ports = &self.ports;
        let service = NewService::generate(
            OrganizationId::parse(organization).unwrap(),
            Name::parse("test").unwrap(),
            role,
            Scopes::parse(scopes).unwrap(),
            ports.clock.now(),
            ports.ids.as_ref(),
            ports.secrets.as_ref(),
        );
        assert!(ports.services.add(service.clone()).await.unwrap());
        service
    }

    /// A RADIUS server of the organization: a caller with its bearer secret.
    pub(crate) async fn radius(&self) -> Caller {
        let service = self.add_service(&self.organization, Role::Radius, "").await;
        self.caller(service.bearer.as_ref().unwrap().reveal())
    }

    /// A caller with this token, valid or not.
    pub(crate) fn caller(&self, jwt: &str) -> Caller {
        Caller { router: self.router.clone(), jwt: jwt.to_owned(), organization: self.organization.clone() }
    }

    /// Changes the organization's settings.
    pub(crate) async fn configure(&self, changes: SettingsChanges) {
        let id = OrganizationId::parse(&self.organization).unwrap();
        self.ports.organizations.configure(id, changes).await.unwrap();
    }

    /// The stored customer.
    pub(crate) async fn stored(&self, id: &str) -> Customer {
        let organization = OrganizationId::parse(&self.organization).unwrap();
        self.ports.customers.find(organization, CustomerId::parse(id).unwrap()).await.unwrap().unwrap()
    }

    /// Posts a body to an address that requires no session.
    pub(crate) async fn post(&self, uri: &str, body: &Value) -> Answer {
        let request = Request::post(uri).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        self.send(Request::get(uri).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.router, request).await
    }

    /// Another instance on the same store, with the same keys.
    pub(crate) fn instance(&self) -> Router {
        let site = Site { public_url: PUBLIC_URL.to_owned(), signer: None };
        http_api::router(Api::new(self.ports.clone(), jwt_key(), Limits::default(), site, Metrics::default()))
    }

    /// The path of the store.
    pub(crate) fn database(&self) -> PathBuf {
        self.directory.path().join("guestbook.db")
    }

    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }
}

/// The login credentials of a service.
pub(crate) fn credentials(service: &NewService) -> Value {
    json!({"clientKey": service.service.client_key.as_str(), "clientSecret": service.client_secret.reveal()})
}

impl Caller {
    /// Creates or finds a customer with these members; returns its id.
    pub(crate) async fn create(&self, query: &str, members: Value) -> String {
        self.create_answer(query, members).await.ok()["id"].as_str().unwrap().to_owned()
    }

    /// Posts the minimal body, with these additional members.
    pub(crate) async fn create_answer(&self, query: &str, members: Value) -> Answer {
        self.post(&format!("/v3/customers{query}"), &bodies::with(&self.organization, members)).await
    }

    /// Sends a batch of rows.
    pub(crate) async fn batch(&self, query: &str, rows: &[Value]) -> Answer {
        let lines: String = rows.iter().map(|row| format!("{row}\n")).collect();
        self.send(self.batch_request(query).body(Body::from(lines)).unwrap()).await
    }

    /// The same, without the last line of the response.
    pub(crate) async fn batch_rows(&self, query: &str, rows: &[Value]) -> Answer {
        let answer = self.batch(query, rows).await;
        let text = match answer.text.trim_end().rsplit_once('\n') {
            Some((rows, _)) => format!("{rows}\n"),
            None => answer.text.clone(),
        };
        Answer { text, ..answer }
    }

    pub(crate) fn batch_request(&self, query: &str) -> axum::http::request::Builder {
        let request = self.request("POST", &format!("/v3/customers/batch{query}"));
        request.header(header::CONTENT_TYPE, "application/x-ndjson")
    }

    pub(crate) async fn put(&self, id: &str, body: &Value) -> Answer {
        self.json("PUT", &format!("/v3/customers/{id}"), body.to_string()).await
    }

    pub(crate) async fn post(&self, uri: &str, body: &Value) -> Answer {
        self.json("POST", uri, body.to_string()).await
    }

    pub(crate) async fn delete(&self, id: &str) -> Answer {
        let request = self.request("DELETE", &format!("/v3/customers/{id}"));
        send(&self.router, request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn get(&self, uri: &str) -> Answer {
        send(&self.router, self.request("GET", uri).body(Body::empty()).unwrap()).await
    }

    /// Posts a form with these fields.
    pub(crate) async fn form(&self, uri: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = reqwest::Url::parse("http://form/").unwrap();
        form.query_pairs_mut().extend_pairs(fields);
        let request = self.request("POST", uri).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        send(&self.router, request.body(Body::from(form.query().unwrap_or_default().to_owned())).unwrap()).await
    }

    /// Sends a text as JSON, valid or not.
    pub(crate) async fn json(&self, method: &str, uri: &str, body: impl Into<Body>) -> Answer {
        let request = self.request(method, uri).header(header::CONTENT_TYPE, "application/json");
        send(&self.router, request.body(body.into()).unwrap()).await
    }

    /// A request by this caller.
    pub(crate) fn request(&self, method: &str, uri: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(uri).header(header::AUTHORIZATION, format!("Bearer {}", self.jwt))
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        send(&self.router, request).await
    }

    /// Sends a request, without reading the body of the response.
    pub(crate) async fn open(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// The body of a successful response.
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        self.json()
    }

    /// The body of an error with this status and code, in the documented form.
    pub(crate) fn error(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        let body = self.json();
        assert_eq!(body["status"], "KO");
        assert_eq!(body["code"], code, "{body}");
        assert!(!body["message"].as_str().unwrap().is_empty());
        assert!(body["generated"].as_str().unwrap().ends_with('Z'));
        body
    }

    /// The fields of an error with this code, each with its own code, in the order of their paths.
    pub(crate) fn fields(&self, status: u16, code: &str) -> Vec<(String, String)> {
        let body = self.error(status, code);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let errors = body["errors"].as_array().unwrap_or_else(|| panic!("no fields: {body}"));
        let mut fields: Vec<_> = errors.iter().map(|error| (text(&error["field"]), text(&error["code"]))).collect();
        fields.sort();
        fields
    }

    /// The one field of a 409 `invalid_parameters`.
    pub(crate) fn invalid(&self, field: &str, code: &str) {
        assert_eq!(self.fields(409, "invalid_parameters"), [(field.to_owned(), code.to_owned())], "{}", self.text);
    }
}

async fn add_organization(ports: &Ports) -> (String, String) {
    let location = Location::new(LocationId::from_bits(ports.ids.next()), Name::parse("Main").unwrap());
    let organization = Organization {
        id: OrganizationId::from_bits(ports.ids.next()),
        name: Name::parse("Test").unwrap(),
        default_location_id: location.id,
        settings: OrganizationSettings::default(),
        created_at: ports.clock.now(),
    };
    let ids = (organization.id.to_string(), location.id.to_string());
    ports.organizations.add(NewOrganization { organization, location }).await.unwrap();
    ids
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let text = str::from_utf8(&bytes).unwrap_or_default().to_owned();
    Answer { status: parts.status.as_u16(), headers: parts.headers, text, bytes: bytes.to_vec() }
}
