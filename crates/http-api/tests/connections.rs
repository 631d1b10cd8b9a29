//! Connections over real sockets: which one is closed for a new one, and when one ends whose client makes no progress.
//!
//! Time is paused, and advances when all tasks are idle.

#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::{get, post};
use http_api::{ConnectionBounds, ConnectionMetrics, Server};
use http_body_util::channel::Channel;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, sleep};

/// More than the buffers of two sockets can hold.
const LARGE: usize = 32 * 1024 * 1024;
const SECOND: Duration = Duration::from_secs(1);

/// A server on its own port.
struct Running {
    address: SocketAddr,
    registry: Registry,
    stop: Option<oneshot::Sender<()>>,
    ended: tokio::task::JoinHandle<bool>,
}

impl Running {
    async fn start(bounds: ConnectionBounds, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (metrics, mut registry) = (ConnectionMetrics::default(), Registry::default());
        metrics.register(&mut registry);
        let server = Server::new("test", listener, router, bounds, &metrics);
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async move { drop(stopped.await) };
        let ended = tokio::spawn(server.run(stopped, Duration::from_secs(10)));
        Self { address, registry, stop: Some(stop), ended }
    }

    async fn connect(&self) -> Client {
        Client(BufReader::new(TcpStream::connect(self.address).await.unwrap()))
    }

    /// How many connections ended for this reason.
    fn closed(&self, reason: &str) -> u64 {
        self.metric(&format!("guestbook_connections_closed_total{{listener=\"test\",reason=\"{reason}\"}} "))
    }

    fn metric(&self, start: &str) -> u64 {
        let mut text = String::new();
        encode(&mut text, &self.registry).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap_or_else(|| panic!("no {start} in {text}")).parse().unwrap()
    }

    async fn stop(mut self) -> bool {
        self.stop.take().unwrap().send(()).unwrap();
        self.ended.await.unwrap()
    }
}

struct Client(BufReader<TcpStream>);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn ask(&mut self, path: &str) {
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: test\r\n\r\n")).await;
    }

    /// Reads a response with a short body, and returns its status.
    async fn status(&mut self) -> u16 {
        let (mut status, mut length) = (String::new(), 0);
        self.0.read_line(&mut status).await.unwrap();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).await.unwrap();
            match line.trim_end().split_once(": ") {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => length = value.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await.unwrap();
        status.split(' ').nth(1).unwrap_or_else(|| panic!("{status:?}")).parse().unwrap()
    }

    async fn get(&mut self, path: &str) -> u16 {
        self.ask(path).await;
        self.status().await
    }

    /// Waits until the server closes the connection.
    async fn ended(&mut self) {
        let mut rest = Vec::new();
        // If something is unread, the connection is reset.
        let _ = self.0.read_to_end(&mut rest).await;
    }
}

fn bounds(open: usize) -> ConnectionBounds {
    ConnectionBounds { open, ..ConnectionBounds::default() }
}

fn quick() -> Router {
    Router::new().route("/", get(async || "here")).route("/large", get(async || vec![b'x'; LARGE]))
}

#[tokio::test]
async fn the_longest_idle_connection_gives_way_to_a_new_one() {
    let server = Running::start(bounds(3), quick()).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        let mut client = server.connect().await;
        assert_eq!(client.get("/").await, 200);
        clients.push(client);
    }
    assert_eq!(clients[0].get("/").await, 200);
    let mut fourth = server.connect().await;
    assert_eq!(fourth.get("/").await, 200);
    clients[1].ended().await;
    for place in [0, 2] {
        assert_eq!(clients[place].get("/").await, 200, "{place}");
    }
    assert_eq!(server.closed("gave_way"), 1);
}

#[tokio::test]
async fn very_many_silent_connections_keep_nobody_out() {
    let server = Running::start(bounds(20), quick()).await;
    let mut silent = Vec::new();
    for number in 0..500 {
        let mut client = server.connect().await;
        if number % 2 == 0 {
            client.send("GET / HTTP/1.1\r\nHost: te").await;
        }
        silent.push(client);
        if number % 50 == 0 {
            assert_eq!(server.connect().await.get("/").await, 200);
        }
    }
    assert_eq!(server.connect().await.get("/").await, 200);
    assert!(server.metric("guestbook_connections_open{listener=\"test\"} ") <= 20);
}

#[tokio::test]
async fn a_request_under_way_does_not_give_way() {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, go) = (begun.clone(), go.clone());
        async move || {
            begun.notify_one();
            go.notified().await;
            "done"
        }
    };
    let server = Running::start(bounds(1), quick().route("/slow", get(slow))).await;
    let mut first = server.connect().await;
    first.ask("/slow").await;
    begun.notified().await;
    let mut second = server.connect().await;
    second.ask("/").await;
    go.notify_one();
    assert_eq!(first.status().await, 200);
    assert_eq!(second.status().await, 200);
    first.ended().await;
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_says_nothing_ends_after_ten_seconds() {
    let server = Running::start(bounds(10), quick()).await;
    for text in ["", "GET / HTTP/1.1\r\nHo"] {
        let began = Instant::now();
        let mut client = server.connect().await;
        client.send(text).await;
        client.ended().await;
        let took = began.elapsed();
        assert!((10 * SECOND..11 * SECOND).contains(&took), "{text:?}: {took:?}");
    }
    assert_eq!(server.closed("no_head"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_for_75_seconds_between_requests() {
    let server = Running::start(bounds(10), quick()).await;
    let mut client = server.connect().await;
    assert_eq!(client.get("/").await, 200);
    sleep(74 * SECOND).await;
    assert_eq!(client.get("/").await, 200);
    let began = Instant::now();
    client.ended().await;
    let took = began.elapsed();
    assert!((75 * SECOND..76 * SECOND).contains(&took), "{took:?}");
    assert_eq!(server.closed("keep_alive"), 1);
    // The time for a later head is not longer than that for the first one.
    let mut client = server.connect().await;
    assert_eq!(client.get("/").await, 200);
    sleep(60 * SECOND).await;
    let began = Instant::now();
    client.send("GET / HT").await;
    client.ended().await;
    let took = began.elapsed();
    assert!((10 * SECOND..11 * SECOND).contains(&took), "{took:?}");
    assert_eq!(server.closed("no_head"), 1);
}

/// Waits until the connection of a client that reads nothing has ended, and returns how long that took.
async fn given_up(server: &Running) -> Duration {
    let began = Instant::now();
    while server.closed("not_read") == 0 {
        assert!(began.elapsed() < 200 * SECOND, "never");
        sleep(SECOND / 10).await;
    }
    began.elapsed()
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_reads_ends_after_thirty_seconds() {
    let server = Running::start(bounds(10), quick()).await;
    let mut client = server.connect().await;
    client.ask("/large").await;
    let took = given_up(&server).await;
    assert!((30 * SECOND..31 * SECOND).contains(&took), "{took:?}");
    client.ended().await;
}

#[tokio::test(start_paused = true)]
async fn answers_to_requests_in_a_row_that_nobody_reads_end_too() {
    let router = quick().route("/page", get(async || vec![b'x'; 60_000]));
    let server = Running::start(bounds(10), router).await;
    let mut client = server.connect().await;
    let many = "GET /page HTTP/1.1\r\nHost: test\r\n\r\n".repeat(1000);
    // The server also stops reading when its responses are not read.
    let sending = tokio::spawn(async move {
        let _ = client.0.write_all(many.as_bytes()).await;
        client
    });
    let took = given_up(&server).await;
    assert!((30 * SECOND..31 * SECOND).contains(&took), "{took:?}");
    sending.await.unwrap().ended().await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_in_parts_that_nobody_reads_ends_and_so_does_its_source() {
    let (over, source) = oneshot::channel();
    let over = Arc::new(std::sync::Mutex::new(Some(over)));
    let parts = async move || {
        let (mut sender, body) = Channel::<Bytes, Infallible>::new(1);
        let over = over.lock().unwrap().take().unwrap();
        tokio::spawn(async move {
            while sender.send_data(Bytes::from_static(&[b'x'; 10_000])).await.is_ok() {}
            over.send(()).unwrap();
        });
        Body::new(body)
    };
    let server = Running::start(bounds(10), quick().route("/parts", get(parts))).await;
    let mut client = server.connect().await;
    client.ask("/parts").await;
    let took = given_up(&server).await;
    assert!((30 * SECOND..31 * SECOND).contains(&took), "{took:?}");
    source.await.unwrap();
}

#[tokio::test]
async fn a_stop_ends_idle_connections_and_halves_of_heads_at_once() {
    let (begun, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let slow = {
        let (begun, go) = (begun.clone(), go.clone());
        async move |_: Bytes| {
            begun.notify_one();
            go.notified().await;
            "done"
        }
    };
    let server = Running::start(bounds(10), quick().route("/slow", post(slow))).await;
    let (mut idle, mut half, mut busy) = (server.connect().await, server.connect().await, server.connect().await);
    assert_eq!(idle.get("/").await, 200);
    half.send("GET / HTTP/1.1\r\nHo").await;
    busy.send("POST /slow HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\n{}").await;
    begun.notified().await;
    let stopping = tokio::spawn(server.stop());
    idle.ended().await;
    half.ended().await;
    go.notify_one();
    assert_eq!(busy.status().await, 200);
    assert!(stopping.await.unwrap(), "everything ended in time");
}
