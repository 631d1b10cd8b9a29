//! Clients that hold connections and bodies: what they cost the server, and whether others are still answered.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::process;
use crate::shell::Failure;

/// Connections of one source address, which has some 28,000 ports.
const OF_AN_ADDRESS: usize = 10_000;
/// Connections that are opened at once.
const AT_ONCE: usize = 64;
/// Fresh requests that are timed.
const FRESH: usize = 50;
/// More than any answer should take.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often memory is looked at.
const SAMPLE: Duration = Duration::from_millis(20);

/// What fresh requests meet while very many connections are idle.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Idle {
    /// Idle connections that were opened.
    pub(crate) opened: usize,
    /// Of fresh connections with one request each: from connecting to the whole answer.
    pub(crate) median: Duration,
    pub(crate) slowest: Duration,
    /// Fresh requests that were not answered with 200.
    pub(crate) failed: usize,
}

/// What bodies of people whom nobody knows cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Senders {
    /// The server's memory before, and the most that it had meanwhile, in MiB.
    pub(crate) before: f64,
    pub(crate) peak: f64,
    /// Senders that were answered 401.
    pub(crate) refused: usize,
}

/// Opens so many connections on which nothing is asked, and times fresh requests while they are open. The server has to listen on
/// a loopback address, so that there are source addresses enough.
pub(crate) async fn idle(address: SocketAddr, connections: usize) -> Result<Idle, Failure> {
    raise_open_files(connections + 1000);
    let (mut held, mut opening) = (Vec::with_capacity(connections), JoinSet::new());
    for number in 0..connections {
        if opening.len() >= AT_ONCE
            && let Some(opened) = opening.join_next().await
        {
            held.push(opened??);
        }
        opening.spawn(connect_from(number / OF_AN_ADDRESS, address));
    }
    while let Some(opened) = opening.join_next().await {
        held.push(opened??);
    }
    let (mut times, mut failed) = (Vec::with_capacity(FRESH), 0);
    for _ in 0..FRESH {
        let began = Instant::now();
        match timeout(PATIENCE, fresh(address)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => failed += 1,
        }
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let (median, slowest) = (times[times.len() / 2], times.last().copied().unwrap_or_default());
    Ok(Idle { opened: held.len(), median, slowest, failed })
}

/// Lets so many people whom nobody knows send a body of so many bytes each, all at once, and looks at the server's memory.
pub(crate) async fn senders(address: SocketAddr, pid: u32, senders: usize, bytes: usize) -> Result<Senders, Failure> {
    raise_open_files(senders + 1000);
    let before = process::memory(pid)?;
    let mut sending = JoinSet::new();
    for _ in 0..senders {
        sending.spawn(send(address, bytes));
    }
    let (mut peak, mut refused) = (before, 0);
    while !sending.is_empty() {
        peak = peak.max(process::memory(pid)?);
        if let Ok(Some(sent)) = timeout(SAMPLE, sending.join_next()).await
            && let Ok(Ok(401)) = sent
        {
            refused += 1;
        }
    }
    Ok(Senders { before, peak, refused })
}

/// One request on a connection of its own.
async fn fresh(address: SocketAddr) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    if answer.starts_with(b"HTTP/1.1 200 ") { Ok(()) } else { Err("was not answered with 200".into()) }
}

/// Sends a body without a login, and tells the status of the answer.
async fn send(address: SocketAddr, bytes: usize) -> Result<u16, Failure> {
    let mut stream = TcpStream::connect(address).await?;
    let head = format!(
        "POST /v3/customers HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {bytes}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await?;
    let piece = vec![b' '; 16 * 1024];
    let mut left = bytes;
    while left > 0 {
        let length = left.min(piece.len());
        stream.write_all(&piece[..length]).await?;
        left -= length;
    }
    let mut answer = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut answer)).await??;
    let status = answer.get(9..12).and_then(|digits| str::from_utf8(digits).ok()).ok_or("there was no answer")?;
    Ok(status.parse()?)
}

/// Connects from 127.0.0.2, 127.0.0.3 and so on.
async fn connect_from(number: usize, address: SocketAddr) -> Result<TcpStream, Failure> {
    let socket = TcpSocket::new_v4()?;
    let source = Ipv4Addr::new(127, 0, 0, 2 + u8::try_from(number)?);
    socket.bind(SocketAddr::from((source, 0)))?;
    Ok(timeout(PATIENCE, socket.connect(address)).await??)
}

/// As far as the hard limit lets it; what cannot be opened then fails by itself.
fn raise_open_files(wanted: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX).min(maximum.unwrap_or(u64::MAX));
    if current.is_some_and(|current| current < wanted) {
        // What it fails with is told by the first connection that cannot be opened.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    }
}
