//! What happens to a request in the proxy.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::watch;

use super::faults::{Deck, Fault, Until};
use super::request::Request;

/// The text of a refusal, which may be personal data and must not appear anywhere.
pub(super) const WORDS: &str = "Mario Rossi, mario.rossi@example.org";

/// The state that all connections share.
pub(super) struct Way {
    /// The address of the registry.
    far: String,
    pub(super) deck: Mutex<Deck>,
    /// Sessions that have ended.
    over: Mutex<HashSet<String>>,
    /// Whether requests are held.
    pub(super) holding: watch::Sender<bool>,
    /// The number of held requests.
    pub(super) held: AtomicUsize,
    /// The number of requests that were not held.
    pub(super) passed: AtomicUsize,
}

/// What happens to a connection after a response.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
    Reset,
}

impl Way {
    pub(super) fn new(far: &str, seed: u64) -> Self {
        Self {
            far: far.to_owned(),
            deck: Mutex::new(Deck::new(seed)),
            over: Mutex::default(),
            holding: watch::Sender::new(false),
            held: AtomicUsize::new(0),
            passed: AtomicUsize::new(0),
        }
    }

    /// Answers the requests of a connection.
    pub(super) async fn serve(self: Arc<Self>, mut stream: TcpStream) {
        while let Some(request) = Request::read(&mut stream).await {
            let (answer, then) = self.answer(&request).await;
            if then == Then::Reset {
                stream.set_zero_linger().unwrap();
                return;
            }
            if stream.write_all(&answer).await.is_err() || then == Then::Close {
                return;
            }
        }
    }

    async fn answer(&self, request: &Request) -> (Vec<u8>, Then) {
        if *self.holding.borrow() {
            self.held.fetch_add(1, Ordering::SeqCst);
            let _ = self.holding.subscribe().wait_for(|holding| !holding).await;
            self.held.fetch_sub(1, Ordering::SeqCst);
            return (Vec::new(), Then::Reset);
        }
        self.passed.fetch_add(1, Ordering::SeqCst);
        if request.session().is_some_and(|session| self.over.lock().unwrap().contains(session)) {
            return (refusal(401, ""), Then::GoOn);
        }
        let fault = self.deck.lock().unwrap().deal();
        match fault {
            Some(Fault::Reset) => (Vec::new(), Then::Reset),
            Some(Fault::Refused(status)) => (refusal(status, ""), Then::GoOn),
            Some(Fault::Busy(status, until)) => (refusal(status, &head(until)), Then::GoOn),
            Some(Fault::SessionOver) => {
                self.over.lock().unwrap().extend(request.session().map(str::to_owned));
                (refusal(401, ""), Then::GoOn)
            }
            carried_out => match request.carry_out(&self.far).await {
                Ok(answer) => after(answer, carried_out).await,
                Err(_) => (Vec::new(), Then::Reset),
            },
        }
    }
}

/// The result of a request that was carried out.
async fn after(answer: Vec<u8>, fault: Option<Fault>) -> (Vec<u8>, Then) {
    match fault {
        Some(Fault::Lost) => (Vec::new(), Then::Reset),
        Some(Fault::Half) => (answer[..answer.len() - 20].to_vec(), Then::Close),
        Some(Fault::BadJson) => {
            (reply(200, "content-type: application/json\r\n", r#"{"status":"OK","id":"#), Then::GoOn)
        }
        Some(Fault::Page) => (reply(200, "content-type: text/html\r\n", &format!("<p>{WORDS}")), Then::GoOn),
        Some(Fault::Stalled) => std::future::pending().await,
        _ => (answer, Then::GoOn),
    }
}

/// The date is that of a separate clock.
fn head(until: Until) -> String {
    match until {
        Until::Seconds(seconds) => format!("retry-after: {seconds}\r\n"),
        Until::Date => {
            "date: Thu, 28 Mar 2024 10:15:30 GMT\r\nretry-after: Thu, 28 Mar 2024 10:15:31 GMT\r\n".to_owned()
        }
    }
}

fn refusal(status: u16, head: &str) -> Vec<u8> {
    reply(status, head, &format!(r#"{{"status":"KO","message":"{WORDS}"}}"#))
}

fn reply(status: u16, head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\n{head}content-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}
