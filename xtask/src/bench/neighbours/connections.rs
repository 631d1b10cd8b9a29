//! Clients that hold connections and bodies: their cost to the server, and its responsiveness to others.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::super::process;
use crate::shell::Failure;

/// Connections per source address, which has some 28,000 ports.
const OF_AN_ADDRESS: usize = 10_000;
/// The number of connections that are opened concurrently.
const AT_ONCE: usize = 64;
/// The number of fresh requests that are timed.
const FRESH: usize = 50;
/// More than any response should take.
const PATIENCE: Duration = Duration::from_secs(20);
/// The interval of memory samples.
const SAMPLE: Duration = Duration::from_millis(20);

/// Fresh requests beside very many idle connections.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Idle {
    /// The number of idle connections.
    pub(crate) opened: usize,
    /// The median latency of fresh connections with one request each: from connecting to the whole response.
    pub(crate) median: Duration,
    pub(crate) slowest: Duration,
    /// The number of fresh requests that were not answered with 200.
    pub(crate) failed: usize,
}

/// The cost of bodies without a login.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Senders {
    /// The server's memory before, and its maximum meanwhile, in MiB.
    pub(crate) before: f64,
    pub(crate) peak: f64,
    /// The number of senders that were answered with 401.
    pub(crate) refused: usize,
}

/// Opens this many connections without requests, and times fresh requests while they are open. The server has to listen
/// on a loopback address, so that there are enough source addresses.
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

/// Lets this many clients without a login send a body of this size concurrently, and measures the server's memory.
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

/// One request on a new connection.
async fn fresh(address: SocketAddr) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET /health/live HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    if answer.starts_with(b"HTTP/1.1 200 ") { Ok(()) } else { Err("was not answered with 200".into()) }
}

/// Sends a body without a login, and returns the status of the response.
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

/// Raises the limit up to the hard limit; connections beyond it then fail.
fn raise_open_files(wanted: usize) {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX).min(maximum.unwrap_or(u64::MAX));
    if current.is_some_and(|current| current < wanted) {
        // If this fails, the first connection beyond the limit reports it.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum });
    }
}
