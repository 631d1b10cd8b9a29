//! The load: so many connections, each of which asks again as soon as it is answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use tokio::task::JoinSet;

use super::client::{Ask, Connection};
use crate::shell::Failure;

/// How long after its end a load may wait for its last answers.
const PATIENCE: Duration = Duration::from_secs(30);

/// Whom to ask.
#[derive(Clone)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    /// The JWT, or the secret of a RADIUS server.
    pub(crate) bearer: String,
}

/// How much to ask. What is reached first ends the load.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) connections: usize,
    pub(crate) requests: u64,
    pub(crate) time: Duration,
}

/// People who come one after the other, on so many connections.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) connections: usize,
    /// Between an answer and the next request on its connection.
    pub(crate) pause: Duration,
    pub(crate) time: Duration,
}

/// How that went.
pub(crate) struct Paced {
    pub(crate) answered: Vec<Answered>,
    /// How long each request took that was answered with another status than 200.
    pub(crate) failed: Vec<Duration>,
}

/// What to ask.
pub(crate) trait Asking: Send + Sync + 'static {
    /// The request with this number; numbers count from 0.
    fn ask(&self, number: u64) -> Ask;
    /// Whose id is to be answered to the request with this number. None: a new one.
    fn owner(&self, number: u64) -> Option<Id>;
    /// The id in the answer to the request with this number, if that is as it must be.
    fn read(&self, _number: u64, body: &[u8]) -> Result<Option<Id>, Failure> {
        Ok(Told::read(body)?.and_then(|id| Id::from_str_radix(id?, 16).ok()))
    }
}

/// Of a customer.
pub(crate) type Id = u128;

/// A request that was answered as it must be, as far as one answer tells.
pub(crate) struct Answered {
    pub(crate) number: u64,
    pub(crate) id: Id,
    /// From sending the request to the last byte of the answer.
    pub(crate) latency: Duration,
}

/// How the load went.
pub(crate) struct Outcome {
    pub(crate) time: Duration,
    pub(crate) answered: Vec<Answered>,
}

/// What is looked at in most answers.
#[derive(Deserialize)]
pub(crate) struct Told<'a> {
    status: &'a str,
    id: Option<&'a str>,
}

impl<'a> Told<'a> {
    /// The id in a success, if it has one.
    pub(crate) fn read(body: &'a [u8]) -> Result<Option<Option<&'a str>>, Failure> {
        let Self { status, id } = serde_json::from_slice(body)?;
        Ok((status == "OK").then_some(id))
    }
}

/// Carries out a load. A single answer that is not as it must be ends the run: figures of failures mean nothing.
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

/// Asks at a pace. A request may fail, which is told; a wrong answer ends the run here as well.
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

    /// Asks. The inner error is another status than 200, with how long it took.
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
