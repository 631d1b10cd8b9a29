//! A way to the server that breaks where a test wants it to.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Where to break a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The server never hears of the COMMIT.
    BeforeCommit,
    /// It does, and both sides are cut off at once.
    AtCommit,
    /// It has answered, and nobody hears that.
    AfterCommit,
    /// When so many more bytes have passed, of all connections and in both directions.
    AfterBytes(u64),
}

/// Passes connections on to a server. Each cut happens once, in their order, and everything else passes.
pub(crate) struct Proxy {
    address: SocketAddr,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    cuts: Mutex<VecDeque<Cut>>,
    /// Bytes since the last cut was planned or made.
    passed: AtomicU64,
}

/// What to do with some bytes.
enum Verdict {
    Pass,
    /// Passes so many of them, and breaks.
    Break(usize),
    /// Passes them, hears the answer, and breaks.
    BreakAfterAnswer,
}

impl Proxy {
    /// To the server in this URL, which says 127.0.0.1 and a port.
    pub(crate) async fn to(url: &str) -> Self {
        let server = authority(url).to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        let shared = state.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, server, shared.clone()));
            }
        });
        Self { address, state, accepting }
    }

    /// The URL, by way of this. Nothing is encrypted, so that a COMMIT can be told from other bytes.
    pub(crate) fn url(&self, url: &str) -> String {
        let (url, _) = url.split_once('?').unwrap_or((url, ""));
        format!("{}?sslmode=disable", url.replace(authority(url), &self.address.to_string()))
    }

    /// Plans breaks. Those that were planned before and did not happen are forgotten.
    pub(crate) fn plan(&self, cuts: &[Cut]) {
        *self.state.cuts.lock().unwrap() = cuts.iter().copied().collect();
        self.state.passed.store(0, Ordering::SeqCst);
    }

    /// Breaks that are planned and have not happened.
    pub(crate) fn left(&self) -> usize {
        self.state.cuts.lock().unwrap().len()
    }

    /// Bytes since the plan, if nothing broke.
    pub(crate) fn passed(&self) -> u64 {
        self.state.passed.load(Ordering::SeqCst)
    }

    /// Lets nobody in any more. Connections that are there stay.
    pub(crate) fn refuse(&self) {
        self.accepting.abort();
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.refuse();
    }
}

/// `127.0.0.1:5432`
fn authority(url: &str) -> &str {
    let from = url.find('@').map_or("postgres://".len(), |at| at + 1);
    let end = url[from..].find('/').map_or(url.len(), |at| from + at);
    &url[from..end]
}

impl State {
    fn judge(&self, bytes: &[u8], from_client: bool) -> Verdict {
        let mut cuts = self.cuts.lock().unwrap();
        let before = self.passed.fetch_add(bytes.len() as u64, Ordering::SeqCst);
        let commits = from_client && tells_of_commit(bytes);
        let verdict = match cuts.front() {
            Some(Cut::BeforeCommit) if commits => Verdict::Break(0),
            Some(Cut::AtCommit) if commits => Verdict::Break(bytes.len()),
            Some(Cut::AfterCommit) if commits => Verdict::BreakAfterAnswer,
            Some(Cut::AfterBytes(count)) if before + bytes.len() as u64 > *count => {
                Verdict::Break(usize::try_from(count - before).unwrap())
            }
            _ => return Verdict::Pass,
        };
        cuts.pop_front();
        self.passed.store(0, Ordering::SeqCst);
        verdict
    }
}

/// Until one side is done, or this breaks.
async fn pass(mut client: TcpStream, mut server: TcpStream, state: Arc<State>) {
    let (mut up, mut down) = ([0; 8192], [0; 8192]);
    loop {
        let (read, from_client) = tokio::select! {
            read = client.read(&mut up) => (read, true),
            read = server.read(&mut down) => (read, false),
        };
        let Ok(count @ 1..) = read else { return };
        let (bytes, to) = if from_client { (&up[..count], &mut server) } else { (&down[..count], &mut client) };
        let verdict = state.judge(bytes, from_client);
        let passing = if let Verdict::Break(count) = verdict { &bytes[..count] } else { bytes };
        if to.write_all(passing).await.is_err() {
            return;
        }
        match verdict {
            Verdict::Pass => {}
            Verdict::Break(_) => return,
            Verdict::BreakAfterAnswer => {
                down.fill(0);
                while !tells_of_commit(&down) && server.read(&mut down).await.is_ok_and(|count| count > 0) {}
                return;
            }
        }
    }
}

/// The statement, and the answer to it.
fn tells_of_commit(bytes: &[u8]) -> bool {
    bytes.windows(6).any(|window| window == b"COMMIT")
}
