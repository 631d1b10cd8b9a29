//! Urgent requests while all threads of the other runtime are busy: over sockets, on runtimes as in the program.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use domain::customer::{Credential, Key};
use domain::ports::{CustomerDirectory, StoreError};
use domain::value::{CustomerId, OrganizationId, Username};
use http_api::{Api, ConnectionBounds, ConnectionMetrics, Limits, Ports, Runtimes, Server, Site};
use prometheus_client::registry::Registry as Metrics;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::timeout;

use crate::fixture::{PUBLIC_URL, Registry, jwt_key};

/// The number of threads per runtime.
const THREADS: usize = 2;
/// Far longer than any step takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Look-ups that block their thread until they are released.
struct Taking {
    taken: Sender<Option<String>>,
    release: Mutex<Receiver<()>>,
}

#[async_trait]
impl CustomerDirectory for Taking {
    async fn has_keys(&self, _: OrganizationId, _: &[Key]) -> Result<bool, StoreError> {
        self.taken.send(std::thread::current().name().map(str::to_owned)).unwrap();
        // Each waits for the previous one or for a signal; either way all threads are blocked.
        self.release.lock().unwrap().recv().unwrap();
        Ok(true)
    }

    async fn credential(&self, _: OrganizationId, _: &Username) -> Result<Option<Credential>, StoreError> {
        Ok(None)
    }

    async fn exists_anywhere(&self, _: CustomerId) -> Result<bool, StoreError> {
        Ok(false)
    }
}

/// A registry with two listeners.
struct Served {
    registry: Registry,
    taken: Receiver<Option<String>>,
    release: Sender<()>,
    /// The listener of all requests.
    main: String,
    /// The listener of urgent requests only.
    radius: String,
    urgent: Option<Runtime>,
    usual: Option<Runtime>,
}

impl Served {
    async fn start() -> Self {
        let registry = Registry::start().await;
        let ((taken, taking), (release, released)) = (channel(), channel());
        let directory = Arc::new(Taking { taken, release: Mutex::new(released) });
        let ports = Ports { directory, ..registry.ports.clone() };
        let site = Site { public_url: PUBLIC_URL.to_owned(), signer: None };
        let api = Api::new(ports, jwt_key(), Limits::default(), site, Metrics::default());
        let (urgent, usual) = (runtime("urgent"), runtime("usual"));
        let runtimes = Runtimes { urgent: urgent.handle().clone(), usual: usual.handle().clone() };
        let (main_listener, main) = listener(urgent.handle()).await;
        let (radius_listener, radius) = listener(urgent.handle()).await;
        let router = http_api::router_on(api.clone(), &runtimes);
        let metrics = ConnectionMetrics::default();
        let server =
            |name, listener, router| Server::new(name, listener, router, ConnectionBounds::default(), &metrics);
        let main_server = server("api", main_listener, router).on(runtimes);
        urgent.spawn(main_server.run(std::future::pending(), Duration::ZERO));
        let router = http_api::radius_router(api);
        urgent.spawn(server("radius", radius_listener, router).run(std::future::pending(), Duration::ZERO));
        Self { registry, taken: taking, release, main, radius, urgent: Some(urgent), usual: Some(usual) }
    }

    /// The names of the threads that this many look-ups have blocked.
    fn taken(&mut self, questions: usize) -> Vec<String> {
        let mut names = Vec::new();
        for _ in 0..questions {
            // On a separate thread, so that the test's requests go on.
            names.push(tokio::task::block_in_place(|| self.taken.recv_timeout(PATIENCE)).unwrap().unwrap());
        }
        names
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        for runtime in [self.urgent.take(), self.usual.take()].into_iter().flatten() {
            runtime.shutdown_background();
        }
    }
}

fn runtime(name: &str) -> Runtime {
    Builder::new_multi_thread().worker_threads(THREADS).thread_name(name).enable_all().build().unwrap()
}

async fn listener(on: &Handle) -> (TcpListener, String) {
    let listener = on.spawn(TcpListener::bind("127.0.0.1:0")).await.unwrap().unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn client() -> Client {
    client_builder().build().unwrap()
}

fn client_builder() -> reqwest::ClientBuilder {
    c4w_client::provide_tls();
    Client::builder().no_proxy()
}

async fn send(request: RequestBuilder) -> Response {
    timeout(PATIENCE, request.send()).await.expect("nobody answers").unwrap()
}

fn authorize(client: &Client, url: &str, bearer: &str) -> RequestBuilder {
    form(client, &format!("{url}/radius/authorize"), bearer, "username=ada")
}

fn form(client: &Client, url: &str, bearer: &str, form: &'static str) -> RequestBuilder {
    client.post(url).bearer_auth(bearer).header("Content-Type", "application/x-www-form-urlencoded").body(form)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_not_wait_is_answered_while_all_threads_of_others_are_taken() {
    let mut served = Served::start().await;
    let (manager, radius) = (served.registry.manager().await, served.registry.radius().await);
    manager.create("", json!({"username": "ada", "password": "geheim", "lock": false})).await;
    let question =
        format!("{}/v2/customers/organizations/{}/exist?email=ada@example.org", served.main, manager.organization);
    let questions: Vec<_> =
        (0..THREADS).map(|_| tokio::spawn(client().get(&question).bearer_auth(&manager.jwt).send())).collect();
    served.taken(THREADS);

    for url in [&served.main, &served.radius] {
        // A new connection for each of them, so that it has to be accepted too.
        let answer = send(authorize(&client(), url, &radius.jwt)).await;
        assert_eq!(answer.status(), 200, "{url}");
        assert!(answer.text().await.unwrap().contains("geheim"));
        let record = "status_type=Start&session_id=1&nas_identifier=ap&username=ada";
        let answer = send(form(&client(), &format!("{url}/radius/accounting"), &radius.jwt, record)).await;
        assert_eq!(answer.status(), 204, "{url}");
        for path in ["/health/live", "/health/ready", "/metrics"] {
            assert_eq!(send(client().get(format!("{url}{path}"))).await.status(), 200, "{url}{path}");
        }
    }
    assert!(questions.iter().all(|question| !question.is_finished()), "the threads were taken all the time");
    for _ in &questions {
        served.release.send(()).unwrap();
    }
    for question in questions {
        assert_eq!(timeout(PATIENCE, question).await.unwrap().unwrap().unwrap().status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_a_proxy_shares_has_each_request_carried_out_where_it_belongs() {
    let mut served = Served::start().await;
    let (manager, radius) = (served.registry.manager().await, served.registry.radius().await);
    manager.create("", json!({"username": "ada", "password": "geheim", "lock": false})).await;
    let question =
        format!("{}/v2/customers/organizations/{}/exist?email=ada@example.org", served.main, manager.organization);
    let one = client_builder().pool_max_idle_per_host(1).build().unwrap();
    for _ in 0..2 {
        let (asking, bearer) = (one.clone(), manager.jwt.clone());
        let question = question.clone();
        let answer = tokio::spawn(async move { send(asking.get(question).bearer_auth(bearer)).await.status() });
        let thread = served.taken(1).remove(0);
        assert_eq!(thread, "usual");
        served.release.send(()).unwrap();
        assert_eq!(answer.await.unwrap(), 200);
        assert_eq!(send(authorize(&one, &served.main, &radius.jwt)).await.status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_listener_of_radius_servers_has_nothing_else() {
    let served = Served::start().await;
    let manager = served.registry.manager().await;
    for (method, path) in [
        (Method::GET, format!("/v2/customers/organizations/{}", manager.organization)),
        (Method::POST, "/v3/customers".to_owned()),
        (Method::POST, "/v1/sts/login/services".to_owned()),
        (Method::GET, "/docs".to_owned()),
        (Method::GET, "/".to_owned()),
    ] {
        let answer = send(client().request(method, format!("{}{path}", served.radius)).bearer_auth(&manager.jwt)).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["code"], "not_found");
    }
    let answer = send(client().get(format!("{}/radius/authorize", served.radius))).await;
    assert_eq!(answer.status(), 405);
    assert_eq!(send(client().get(format!("{}//health/live", served.radius))).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_comes_in_pieces_is_read_whole() {
    let served = Served::start().await;
    let address = served.main.strip_prefix("http://").unwrap();
    for path in ["/health/live", "/openapi.json"] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        for byte in format!("GET {path} HTTP/1.1\r\nHost: guestbook\r\nConnection: close\r\n\r\n").as_bytes() {
            stream.write_all(&[*byte]).await.unwrap();
            tokio::task::yield_now().await;
        }
        let mut answer = Vec::new();
        timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"), "{path}");
    }
}
