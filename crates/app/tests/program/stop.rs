//! Stopping loses no request, and does not wait for idle clients.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::common::bodies;
use crate::fixture::{Client, Home, Keys, PATIENCE, Registry, Server};

const CONNECTIONS: usize = 12;

/// A request whose handler waits for its body.
struct Half {
    connection: BufReader<TcpStream>,
    body: String,
}

impl Half {
    /// Sends the head and returns when the server asks for the body: from then on the request is in progress.
    fn begin(server: &Server, client: &Client, body: String) -> Self {
        let head = format!(
            "POST /v3/customers HTTP/1.1\r\nHost: test\r\nAuthorization: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
            client.authorization().unwrap(),
            body.len(),
        );
        let mut connection = BufReader::new(connect(server, &head));
        let mut line = String::new();
        connection.read_line(&mut line).unwrap();
        assert_eq!(line, "HTTP/1.1 100 Continue\r\n");
        connection.read_line(&mut line).unwrap();
        Self { connection, body }
    }

    /// Sends the body.
    fn send(mut self) -> Self {
        self.connection.get_mut().write_all(self.body.as_bytes()).unwrap();
        self
    }

    /// Reads until the server closes the connection.
    fn finish(mut self) -> Value {
        let mut answer = String::new();
        self.connection.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        serde_json::from_str(body).unwrap()
    }
}

/// A connection on which this was sent.
fn connect(server: &Server, text: &str) -> TcpStream {
    let mut connection = TcpStream::connect(server.address()).unwrap();
    connection.set_read_timeout(Some(PATIENCE)).unwrap();
    connection.write_all(text.as_bytes()).unwrap();
    connection
}

async fn start(home: &Home) -> (Server, Keys, Client) {
    let server = home.start();
    let keys = server.demonstration();
    let client = server.login(&keys).await;
    (server, keys, client)
}

/// Matches log lines with this message.
fn says(message: &str) -> impl Fn(&str) -> bool {
    let message = format!("\"message\":\"{message}\"");
    move |line| line.contains(&message)
}

#[tokio::test]
async fn requests_under_way_are_answered() {
    let home = Home::new();
    let (mut server, keys, client) = start(&home).await;
    let body = bodies::least(&keys.organization).to_string();
    let halves: Vec<_> = (0..CONNECTIONS).map(|_| Half::begin(&server, &client, body.clone())).collect();
    server.terminate();
    server.log.wait(says("stopping"));
    // All at once: the server does not wait long for them.
    let halves: Vec<_> = halves.into_iter().map(Half::send).collect();
    let answers: Vec<_> = halves.into_iter().map(Half::finish).collect();
    assert_eq!(server.wait().code(), Some(0));
    server.log.wait(says("stopped"));

    let journal = home.data().join("guestbook.db-wal");
    assert!(std::fs::metadata(journal).map_or(true, |journal| journal.len() == 0), "the journal is written out");
    let registry = Registry::open(&home).await;
    for answer in answers {
        home.secrets.add_from(&answer);
        registry.customer(&keys.organization, answer["id"].as_str().unwrap()).await;
    }
}

#[tokio::test]
async fn nobody_is_let_in_any_more() {
    let home = Home::new();
    let (mut server, keys, client) = start(&home).await;
    let half = Half::begin(&server, &client, bodies::least(&keys.organization).to_string());
    server.terminate();
    server.log.wait(says("stopping"));
    // The server stops listening right after the log line.
    while TcpStream::connect(server.address()).is_ok() {
        std::thread::yield_now();
    }
    home.secrets.add_from(&half.send().finish());
    assert_eq!(server.wait().code(), Some(0));
}

#[tokio::test]
async fn idle_connections_do_not_hold_the_stop() {
    let home = Home::new();
    let (server, _, client) = start(&home).await;
    client.get("/health/live").await.ok();
    let silent = connect(&server, "");
    client.get("/health/live").await.ok();
    assert!(server.stop().log.iter().any(|line| says("stopped")(line)));
    drop(silent);
}

/// Any client can begin a request, or not read a response.
#[tokio::test]
async fn clients_who_do_nothing_do_not_hold_the_stop() {
    let home = Home::new();
    let (server, keys, client) = start(&home).await;
    let half = |path: &str| {
        let head =
            format!("POST {path} HTTP/1.1\r\nHost: test\r\nContent-Type: application/json\r\nContent-Length: 100\r\n");
        connect(&server, &format!("{head}\r\n{{"))
    };
    let halves = ["/nothing", "/v1/sts/login/services", "/v3/customers", "/radius/authorize"].map(half);
    let begun = Half::begin(&server, &client, bodies::least(&keys.organization).to_string());
    let stopping = Instant::now();
    assert!(server.stop().log.iter().any(|line| says("stopped")(line)));
    // The server would wait ten seconds for their bodies.
    assert!(stopping.elapsed() < Duration::from_secs(8), "{:?}", stopping.elapsed());
    drop((halves, begun));
}

/// The importer sends the rest again, to the next server.
#[tokio::test]
async fn a_batch_under_way_ends_and_says_why() {
    let home = Home::new();
    let (mut server, keys, client) = start(&home).await;
    let head = format!(
        "POST /v3/customers/batch?stream=true HTTP/1.1\r\nHost: test\r\nAuthorization: {}\r\nContent-Type: application/x-ndjson\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        client.authorization().unwrap()
    );
    let mut connection = BufReader::new(connect(&server, &head));
    let row = format!("{}\n", bodies::least(&keys.organization));
    connection.get_mut().write_all(format!("{:x}\r\n{row}\r\n", row.len()).as_bytes()).unwrap();
    let mut line = String::new();
    while !line.starts_with("{\"line\":1,") {
        line.clear();
        assert_ne!(connection.read_line(&mut line).unwrap(), 0, "nothing was answered");
    }
    // No more of the body arrives, nor its end.
    server.terminate();
    let mut rest = String::new();
    connection.read_to_string(&mut rest).unwrap();
    let row = rest.lines().find(|line| line.starts_with('{')).unwrap_or_else(|| panic!("{rest}"));
    let row: Value = serde_json::from_str(row).unwrap();
    assert_eq!((&row["line"], &row["status"], &row["code"]), (&2.into(), &"KO".into(), &"unavailable".into()));
    assert!(rest.ends_with("\r\n0\r\n\r\n"), "the answer is whole: {rest:?}");
    assert_eq!(server.wait().code(), Some(0));
    server.log.wait(says("stopped"));
}

#[tokio::test]
async fn half_a_head_does_not_hold_the_stop() {
    let home = Home::new();
    let (server, _, client) = start(&home).await;
    let slow = connect(&server, "POST /v3/customers HTTP/1.1\r\nHost: te");
    client.get("/health/live").await.ok();
    let stopped = server.stop();
    assert!(stopped.log.iter().any(|line| says("stopped")(line)), "{:?}", stopped.log.last());
    drop(slow);
}
