//! The load: a number of connections, each of which sends its next request as soon as the previous one was answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::task::JoinSet;

use super::client::{Ask, Connection};
use crate::shell::Failure;

/// How long a load may wait for its last responses after its end.
const PATIENCE: Duration = Duration::from_secs(30);

/// The server under load.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// The JWT, or the bearer secret of a RADIUS server.
    pub(crate) bearer: String,
}

/// The limits of a load; the first one reached ends it.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) connections: usize,
    pub(crate) requests: u64,
    pub(crate) time: Duration,
}

/// A paced load on a number of connections.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) connections: usize,
    /// The pause between a response and the next request on its connection.
    pub(crate) pause: Duration,
    pub(crate) time: Duration,
}

/// The result of a paced load.
pub(crate) struct Paced {
    pub(crate) answered: Vec<Answered>,
    /// The latencies of requests with a status other than 200.
    pub(crate) failed: Vec<Duration>,
}

/// The requests of a load.
pub(crate) trait Asking: Send + Sync + 'static {
    /// The request with this number, counted from 0.
    fn ask(&self, number: u64) -> Ask;
    /// The id that the response to the request with this number must contain; `None` for a new one.
    fn owner(&self, number: u64) -> Option<Id>;
    /// The id in the response to the request with this number, if the response is right.
    fn read(&self, _number: u64, body: &[u8]) -> Result<Option<Id>, Failure> {
        Ok(Told::read(body)?.and_then(|id| Id::from_str_radix(id?, 16).ok()))
    }
}

/// A customer's id.
pub(crate) type Id = u128;

/// A request whose response is right, as far as a single response shows.
pub(crate) struct Answered {
    pub(crate) number: u64,
    pub(crate) id: Id,
    /// From sending the request to the last byte of the response.
    pub(crate) latency: Duration,
}

/// The result of a load.
pub(crate) struct Outcome {
    pub(crate) time: Duration,
    pub(crate) answered: Vec<Answered>,
}

/// The part of most responses that is checked.
#[derive(Deserialize)]
pub(crate) struct Told<'a> {
    status: &'a str,
    id: Option<&'a str>,
}

impl<'a> Told<'a> {
    /// The id in a successful response, if it has one.
    pub(crate) fn read(body: &'a [u8]) -> Result<Option<Option<&'a str>>, Failure> {
        let Self { status, id } = serde_json::from_slice(body)?;
        Ok((status == "OK").then_some(id))
    }
}

/// Runs a load. A single wrong response ends the run, since figures of failures are meaningless.
pub(crate) async fn run(target: &Target, limits: Limits, asking: Arc<dyn Asking>) -> Result<Outcome, Failure> {
    let mut connections = Vec::new();
    for _ in 0..limits.connections {
        connections.push(Connection::open(target.address).await?);
    }
    let (started, numbers) = (Instant::now(), Arc::new(AtomicU64::new(0)));
    let mut workers = JoinSet::new();
    for connection in connections {
        let worker = Worker { connection, bearer: target.bearer.clone(), asking: asking.clone(), answered: Vec::new() };
        workers.spawn(worker.run(numbers.clone(), limits.requests, started + limits.time));
    }
    let answered = tokio::time::timeout(limits.time + PATIENCE, all(workers)).await??;
    Ok(Outcome { time: started.elapsed(), answered })
}

/// Runs a paced load. A request may fail, which is reported; a wrong response ends the run here as well.
pub(crate) async fn paced(target: &Target, pace: Pace, asking: Arc<dyn Asking>) -> Result<Paced, Failure> {
    let (end, numbers) = (Instant::now() + pace.time, Arc::new(AtomicU64::new(0)));
    let mut workers = JoinSet::new();
    for _ in 0..pace.connections {
        let connection = Connection::open(target.address).await?;
        let worker = Worker { connection, bearer: target.bearer.clone(), asking: asking.clone(), answered: Vec::new() };
        workers.spawn(worker.walk(numbers.clone(), pace.pause, end));
    }
    let mut all = Paced { answered: Vec::new(), failed: Vec::new() };
    while let Some(worker) = workers.join_next().await {
        let mut paced = worker??;
        all.answered.append(&mut paced.answered);
        all.failed.append(&mut paced.failed);
    }
    Ok(all)
}

async fn all(mut workers: JoinSet<Result<Vec<Answered>, Failure>>) -> Result<Vec<Answered>, Failure> {
    let mut answered = Vec::new();
    while let Some(worker) = workers.join_next().await {
        answered.append(&mut worker??);
    }
    Ok(answered)
}

struct Worker {
    connection: Connection,
    bearer: String,
    asking: Arc<dyn Asking>,
    answered: Vec<Answered>,
}

impl Worker {
    async fn run(mut self, numbers: Arc<AtomicU64>, requests: u64, end: Instant) -> Result<Vec<Answered>, Failure> {
        while Instant::now() < end {
            let number = numbers.fetch_add(1, Ordering::Relaxed);
            if number >= requests {
                break;
            }
            let answered = self.ask(number).await?;
            self.answered.push(answered);
        }
        Ok(self.answered)
    }

    async fn walk(mut self, numbers: Arc<AtomicU64>, pause: Duration, end: Instant) -> Result<Paced, Failure> {
        let mut failed = Vec::new();
        while Instant::now() < end {
            match self.try_ask(numbers.fetch_add(1, Ordering::Relaxed)).await? {
                Ok(answered) => self.answered.push(answered),
                Err((latency, _)) => failed.push(latency),
            }
            tokio::time::sleep(pause).await;
        }
        Ok(Paced { answered: self.answered, failed })
    }

    async fn ask(&mut self, number: u64) -> Result<Answered, Failure> {
        self.try_ask(number).await?.map_err(|(_, failure)| failure)
    }

    /// Sends a request. The inner error is a status other than 200, with its latency.
    async fn try_ask(&mut self, number: u64) -> Result<Result<Answered, (Duration, Failure)>, Failure> {
        let ask = self.asking.ask(number);
        let sent = Instant::now();
        let answer = self.connection.send(&ask, &self.bearer).await?;
        let latency = sent.elapsed();
        let body = match answer.success() {
            Ok(body) => body,
            Err(failure) => return Ok(Err((latency, failure))),
        };
        let owner = self.asking.owner(number);
        match self.asking.read(number, body)? {
            Some(id) if owner.is_none_or(|owner| owner == id) => Ok(Ok(Answered { number, id, latency })),
            _ => Err(wrong(number, body)),
        }
    }
}

fn wrong(number: u64, body: &[u8]) -> Failure {
    format!("request {number} was answered with the wrong customer: {}", String::from_utf8_lossy(body)).into()
}
