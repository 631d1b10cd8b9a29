//! A server that stores customers, and fails on request.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A fault of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The connection breaks before anything is done.
    Broken,
    /// The request is carried out, and the connection breaks before the answer.
    Lost,
    /// The request is carried out, and no answer ever comes.
    Stalled,
    /// The request is carried out, and half of the answer comes.
    Truncated,
    /// The request is carried out, and the response is not JSON.
    Garbled,
    /// Nothing is done, and the response has this status and these header lines.
    Refused(u16, &'static str),
    /// Nothing is done, and the response has this status and a page that is not the API's.
    NoSuchAddress(u16),
    /// The session has ended, and every further request in it gets this status.
    Ended(u16),
}

/// A request that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) idempotency_key: Option<String>,
    pub(crate) body: Value,
}

#[derive(Default)]
struct State {
    faults: VecDeque<Fault>,
    seen: Vec<Seen>,
    customers: Vec<(Value, Option<String>)>,
    connections: u32,
    logins: u32,
    /// Sessions up to this one have ended, and get this status.
    ended: (u32, u16),
    /// The response instead of a customer.
    shape: Option<Value>,
}

/// The server.
#[derive(Clone)]
pub(crate) struct StandIn {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

/// A request as it was read.
struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: Value,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let stand_in = Self { url, state: Arc::default() };
        let serving = stand_in.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.state.lock().unwrap().connections += 1;
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        stand_in
    }

    /// Lets the next requests except logins fail in this order.
    pub(crate) fn fail(&self, faults: impl IntoIterator<Item = Fault>) {
        self.state.lock().unwrap().faults.extend(faults);
    }

    /// Sends this response instead of a customer.
    pub(crate) fn answer_with(&self, shape: Value) {
        self.state.lock().unwrap().shape = Some(shape);
    }

    /// The requests that were received, without logins.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    pub(crate) fn customers(&self) -> usize {
        self.state.lock().unwrap().customers.len()
    }

    pub(crate) fn logins(&self) -> u32 {
        self.state.lock().unwrap().logins
    }

    pub(crate) fn connections(&self) -> u32 {
        self.state.lock().unwrap().connections
    }

    async fn serve(self, mut stream: TcpStream) {
        while let Some(request) = read(&mut stream).await {
            let login = request.line.starts_with("POST /v1/sts/login");
            let fault = if login { None } else { self.note(&request) };
            if fault == Some(Fault::Broken) {
                return;
            }
            let answer = match fault {
                Some(Fault::Refused(status, head)) => {
                    answer(status, head, &json!({"status": "KO", "code": "no", "message": "Not now."}).to_string())
                }
                Some(Fault::NoSuchAddress(status)) => answer(status, "", "<html>Mario Rossi</html>"),
                _ => self.carry_out(&request),
            };
            let sent = match fault {
                Some(Fault::Lost) => return,
                Some(Fault::Stalled) => std::future::pending().await,
                Some(Fault::Truncated) => &answer[..answer.len() - 5],
                Some(Fault::Garbled) => "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
                _ => answer.as_str(),
            };
            stream.write_all(sent.as_bytes()).await.unwrap();
            if fault == Some(Fault::Truncated) {
                return;
            }
        }
    }

    /// Records the request, and takes its fault.
    fn note(&self, request: &Request) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        state.seen.push(Seen {
            line: request.line.clone(),
            idempotency_key: request.header("idempotency-key").map(str::to_owned),
            body: request.body.clone(),
        });
        let fault = state.faults.pop_front();
        if let Some(Fault::Ended(status)) = fault {
            state.ended = (state.logins, status);
        }
        fault
    }

    fn carry_out(&self, request: &Request) -> String {
        let mut state = self.state.lock().unwrap();
        if request.line.starts_with("POST /v1/sts/login") {
            return state.login(&request.body);
        }
        let session = request.header("authorization").and_then(session).unwrap_or_default();
        if session <= state.ended.0 {
            return answer(state.ended.1.max(401), "", r#"{"status":"KO","message":"log in"}"#);
        }
        if request.line.starts_with("POST /v3/customers") { state.create(request) } else { state.read() }
    }
}

impl State {
    fn login(&mut self, keys: &Value) -> String {
        if keys["clientSecret"] != "right-secret" {
            return answer(401, "", r#"{"status":"KO","code":"unauthorized","message":"Wrong keys."}"#);
        }
        self.logins += 1;
        let payload = json!({"iss": "service-1", "session": self.logins}).to_string();
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        answer(200, "", &json!({ "token": token }).to_string())
    }

    /// Finds a customer by a value, if requested, or by the request's idempotency key; otherwise creates one.
    fn create(&mut self, request: &Request) -> String {
        let key = request.header("idempotency-key").map(str::to_owned);
        let by = ["email", "extId"].into_iter().find(|name| request.line.contains(&format!("deduplicate={name} ")));
        let is_same = |(body, of): &(Value, Option<String>)| {
            (key.is_some() && *of == key) || by.is_some_and(|by| body[by] == request.body[by])
        };
        let place = self.customers.iter().position(is_same).unwrap_or_else(|| {
            self.customers.push((request.body.clone(), key.clone()));
            self.customers.len() - 1
        });
        self.customer(place)
    }

    fn read(&self) -> String {
        self.customer(0)
    }

    fn customer(&self, place: usize) -> String {
        let plain = json!({"status": "OK", "id": format!("{place:032x}"), "locked": false});
        answer(200, "", &self.shape.clone().unwrap_or(plain).to_string())
    }
}

impl Request {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// The number of the session in this header.
fn session(authorization: &str) -> Option<u32> {
    let payload = authorization.strip_prefix("Bearer ")?.split('.').nth(1)?;
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    u32::try_from(payload["session"].as_u64()?).ok()
}

fn answer(status: u16, head: &str, body: &str) -> String {
    let head = if head.is_empty() { String::new() } else { format!("{head}\r\n") };
    format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n{head}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let line = lines.next()?.to_owned();
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut request = Request { line, headers, body: Value::Null };
    let length = request.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    request.body = serde_json::from_slice(&body).unwrap_or_default();
    Some(request)
}
