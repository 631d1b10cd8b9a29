//! The rows of a batch on their way from the body to the store, and their answers on their way back.
//!
//! Rows go to the store in parts. While one part waits for the disk, the store works on the next, unless that has a row
//! that may depend on one before it; and a third part is read. No further rows are held.
//!
//! Many proxies stop reading a request as soon as its answer begins, or pass the request on only when it is complete.
//! So answers are held until the body was read, within the memory budget for bodies, unless the client requests a
//! stream: then they are sent at once, and if the client stops reading them, its rows are not read either. The last
//! line of the answer counts the rows, so that a client notices lost ones.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use domain::access::Operation;
use domain::customer::{Deduplication, Key, PostCustomer, Repeatable};
use domain::organization::Organization;
use domain::ports::{Command, CommandError, ErrorChain, StoreError, Written};
use domain::value::Username;
use http_body_util::channel::Sender;
use serde::Serialize;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tracing::Instrument;

use super::super::post::{Reading, read_customer};
use super::answer::{BatchEnd, BatchRow};
use super::lines::{Line, Lines};
use crate::edge::body;
use crate::error::IDEMPOTENCY_KEY;
use crate::limit::Share;
use crate::session::Caller;
use crate::wire::{JsonBody, Params, Reader};
use crate::{Api, ApiError};

/// The maximum number of rows per part: enough to make the cost of a commit small, and few enough not to delay others.
const ROWS: usize = 512;
/// The maximum bytes of a part, except for its last row.
const BYTES: usize = 4 * 1024 * 1024;
/// The maximum number of parts that the store has at once.
const AT_ONCE: usize = 2;
/// How long an unfilled part waits for more rows.
const LINGER: Duration = Duration::from_millis(5);
/// How long a client may take to notice that its batch ends because the server stops.
const STOP_TIME: Duration = Duration::from_secs(1);
/// The number of rows after which the task yields its thread.
const YIELD: usize = 32;

/// The context of every row. The caller's rights and the organization's requirements are checked again for every part:
/// a batch goes on as long as rows arrive, and must not outlive a logout, a revocation or changed settings.
pub(super) struct Batch {
    pub(super) api: Arc<Api>,
    pub(super) caller: Caller,
    pub(super) organization: Arc<Organization>,
    pub(super) terms: Terms,
    /// Held until the batch has ended.
    pub(super) _share: Share,
}

/// The parameters of the request.
pub(super) struct Terms {
    pub(super) deduplicate: Deduplication,
    pub(super) params: Params,
    /// Together with its number, the key that identifies a repeated row that no value identifies.
    pub(super) key: Option<String>,
    /// Whether this is a dry run.
    pub(super) rehearsal: bool,
    /// Whether answers are sent while rows are still read.
    pub(super) stream: bool,
}

/// The state of the body: `None` while it is read, then whether it was read to its end.
pub(super) type BodyState = Option<bool>;

/// A parsed row.
struct Row {
    line: u64,
    post: Result<PostCustomer, ApiError>,
}

/// A value of a row that only one customer can have.
#[derive(PartialEq, Eq, Hash)]
enum Claim {
    Key(Key),
    Username(Username),
}

/// A part that the store has.
struct UnderWay {
    claims: HashSet<Claim>,
    writing: JoinHandle<(Vec<BatchRow>, bool)>,
}

/// The result of a part: the answers, and whether the store can take another. `None` if it is unknown.
type Done = Option<(Vec<BatchRow>, bool)>;

/// The output of answers.
struct Answers {
    batch: Arc<Batch>,
    sender: Sender<Bytes>,
    body: watch::Receiver<BodyState>,
    /// Answers that wait until the body was read, and their share of the memory budget for bodies.
    held: Vec<Bytes>,
    shares: Vec<Share>,
    end: BatchEnd,
}

impl Batch {
    /// Carries out the rows and answers each.
    pub(super) async fn run(self, lines: Lines, answers: Sender<Bytes>, body: watch::Sender<BodyState>) {
        let (parts, parts_read) = mpsc::channel(1);
        let batch = Arc::new(self);
        let answers = Answers::new(batch.clone(), answers, body.subscribe());
        // A separate task: reading a part takes a processor about as long as the store takes for one.
        let reading = batch.clone();
        let reading = async move {
            let (lines, whole) = reading.read(lines, parts).await;
            if !reading.terms.stream {
                // Some clients and proxies do not see an answer that begins while they still send.
                reading.read_off(lines).await;
                body.send_replace(Some(whole));
                return None;
            }
            body.send_replace(Some(whole));
            Some(lines)
        };
        let reading = tokio::spawn(reading.in_current_span());
        let BatchEnd { created, updated, refused, .. } = batch.write(parts_read, answers).await;
        tracing::info!(written = created + updated, refused, "batch ended");
        if let Ok(Some(lines)) = reading.await {
            // A client that still sends would not see the end of the answer.
            batch.read_off(lines).await;
        }
    }

    /// Reads and discards the rest of the body, within bounds.
    async fn read_off(&self, lines: Lines) {
        if lines.is_whole() {
            return;
        }
        let limits = &self.api.limits;
        let time = if self.api.is_stopping() { STOP_TIME } else { limits.body_time };
        body::read_off(lines.into_body(), limits.body_bytes, time).await;
    }

    /// Reads part after part until the body ends, the writer is gone, or the server stops. Returns `true` if the body
    /// was read to its end.
    async fn read(&self, mut lines: Lines, parts: mpsc::Sender<Vec<Row>>) -> (Lines, bool) {
        loop {
            let mut part = Vec::new();
            let stopped = tokio::select! {
                biased;
                () = self.api.stopped() => true,
                () = next_part(&mut lines, &mut part) => false,
            };
            if stopped {
                // The rows from this one on are not carried out.
                let line = part.first().map_or_else(|| lines.next_number(), |line| line.number);
                let post = Err(ApiError::Unavailable("the server stops".into()));
                // The writer may be gone.
                let _ = parts.send(vec![Row { line, post }]).await;
                return (lines, false);
            }
            if part.is_empty() {
                let whole = lines.is_whole();
                return (lines, whole);
            }
            // If they cannot be read now, the part is refused when it is written.
            let settings = self.api.settings.of(self.organization.id).await;
            let organization = settings.unwrap_or_else(|_| self.organization.clone());
            let mut rows = Vec::with_capacity(part.len());
            for (place, line) in part.into_iter().enumerate() {
                if place % YIELD == YIELD - 1 {
                    tokio::task::yield_now().await;
                }
                rows.push(self.row(&organization, line));
            }
            if parts.send(rows).await.is_err() {
                return (lines, false);
            }
        }
    }

    fn row(&self, organization: &Organization, line: Line) -> Row {
        let post = line.text.and_then(|text| self.post(organization, line.number, &text));
        Row { line: line.number, post }
    }

    fn post(&self, organization: &Organization, line: u64, text: &[u8]) -> Result<PostCustomer, ApiError> {
        let body = JsonBody::parse(text)?;
        let reader = Reader::new(&body, self.api.today());
        let settings = &organization.settings;
        let (asked, phone_numbers) = (&settings.policies, settings.phone_numbers);
        let reading = Reading { api: &self.api, caller: &self.caller, asked, phone_numbers };
        let repeatable = self.terms.repeatable(line, &body)?;
        let mut post = read_customer(&reading, Some(self.terms.deduplicate.clone()), None, reader, body)?;
        // A row that is found by a value needs no idempotency record.
        post.repeatable = repeatable.filter(|_| post.deduplicate.keys(&post.changes).is_empty());
        Ok(post)
    }

    /// Writes the parts and sends their answers in order, until there is no more, the client is gone, or the store is
    /// unavailable.
    async fn write(self: &Arc<Self>, mut parts: mpsc::Receiver<Vec<Row>>, mut answers: Answers) -> BatchEnd {
        let mut under_way = VecDeque::new();
        let (mut open, mut all) = (true, true);
        while open || !under_way.is_empty() {
            tokio::select! {
                part = parts.recv(), if open && under_way.len() < AT_ONCE => {
                    let Some(rows) = part else {
                        open = false;
                        continue;
                    };
                    let claims: HashSet<_> = rows.iter().flat_map(Row::claims).collect();
                    while all && under_way.iter().any(|before: &UnderWay| !before.claims.is_disjoint(&claims)) {
                        let Some(goes_on) = answers.give(first(&mut under_way).await).await else { return answers.end };
                        all = goes_on;
                    }
                    if all {
                        under_way.push_back(self.begin(rows, claims));
                    }
                    open = all;
                }
                written = first(&mut under_way), if !under_way.is_empty() => {
                    let Some(goes_on) = answers.give(written).await else { return answers.end };
                    all &= goes_on;
                    open &= goes_on;
                }
            }
        }
        // Stops the reader, because no more rows are carried out.
        drop(parts);
        answers.finish(all).await
    }

    /// Passes a part to the store.
    fn begin(self: &Arc<Self>, rows: Vec<Row>, claims: HashSet<Claim>) -> UnderWay {
        let batch = self.clone();
        let writing = async move { batch.write_part(rows).await };
        UnderWay { claims, writing: tokio::spawn(writing.in_current_span()) }
    }

    /// The answers to the rows of a part, and whether the store can take another.
    async fn write_part(&self, rows: Vec<Row>) -> (Vec<BatchRow>, bool) {
        let mut posts = Vec::with_capacity(rows.len());
        let mut read = Vec::with_capacity(rows.len());
        for Row { line, post } in rows {
            read.push((line, post.map(|post| posts.push(post))));
        }
        let (mut written, failed) = match self.carry_out(posts).await {
            Ok(written) => (written.into_iter(), None),
            Err(error) => (Vec::new().into_iter(), Some(error)),
        };
        let row = |(line, read): (u64, Result<(), ApiError>)| match (read, &failed) {
            (Err(error), _) => BatchRow::refused(line, &error),
            (Ok(()), Some(error)) => BatchRow::refused(line, error),
            (Ok(()), None) => self.answer(line, written.next()),
        };
        let rows = read.into_iter().map(row).collect();
        (rows, failed.is_none())
    }

    /// Writes the rows, if the caller is still permitted, by the organization's current rules.
    async fn carry_out(&self, posts: Vec<PostCustomer>) -> Result<Vec<Result<Written, CommandError>>, ApiError> {
        self.caller.again(&self.api).await?.require(Operation::CreateCustomers)?;
        let asked = &self.api.settings.of(self.organization.id).await?.settings.policies;
        let posts = posts.into_iter().map(|post| PostCustomer { asked: asked.clone(), ..post });
        let commands: Vec<_> = posts.map(|post| Command::Post(Arc::new(post))).collect();
        let customers = &self.api.ports.customers;
        // A part may consist only of unreadable rows.
        let written = match (commands.is_empty(), self.terms.rehearsal) {
            (true, _) => return Ok(Vec::new()),
            (false, true) => customers.rehearse(commands).await,
            (false, false) => customers.write(commands).await,
        };
        written.map_err(failure)
    }

    fn answer(&self, line: u64, written: Option<Result<Written, CommandError>>) -> BatchRow {
        match written {
            Some(Ok(written)) => BatchRow::written(line, &written, self.terms.rehearsal),
            Some(Err(CommandError::Refused(refusal))) => BatchRow::refused(line, &refusal.into()),
            Some(Err(CommandError::Corrupt(row))) => {
                self.api.metrics.unreadable(&row);
                BatchRow::refused(line, &row.into())
            }
            None => {
                BatchRow::refused(line, &failure(StoreError::Internal("a store gave no answer to a command".into())))
            }
        }
    }
}

impl Row {
    fn claims(&self) -> impl Iterator<Item = Claim> {
        let post = self.post.as_ref().ok();
        let keys = post.map(|post| post.deduplicate.keys(&post.changes)).unwrap_or_default();
        let username = post.and_then(|post| post.username.clone());
        keys.into_iter().map(Claim::Key).chain(username.map(Claim::Username))
    }
}

/// Removes and returns the first part once it is written. Cancelling the wait does not lose it.
async fn first(under_way: &mut VecDeque<UnderWay>) -> Done {
    let written = match under_way.front_mut() {
        Some(first) => (&mut first.writing).await,
        None => return None,
    };
    under_way.pop_front();
    written.ok()
}

impl Answers {
    fn new(batch: Arc<Batch>, sender: Sender<Bytes>, body: watch::Receiver<BodyState>) -> Self {
        Self { batch, sender, body, held: Vec::new(), shares: Vec::new(), end: BatchEnd::default() }
    }

    /// Sends or holds the answers, and returns whether another part can follow. `None` if the client is gone, or if
    /// there are no answers.
    async fn give(&mut self, done: Done) -> Option<bool> {
        let (rows, goes_on) = done?;
        rows.iter().for_each(|row| self.end.count(row));
        let text = lines(&rows);
        if self.batch.terms.stream || self.body.borrow().is_some() {
            self.send_held().await?;
            return self.send(text).await.map(|()| goes_on);
        }
        let share = self.batch.api.bodies.take(self.batch.organization.id, text.len()).await;
        // Rows that were carried out are answered in any case; without room for more answers, no more rows are carried
        // out.
        let room = share.is_some();
        self.shares.extend(share);
        self.held.push(text);
        Some(goes_on && room)
    }

    /// Sends the held answers and the last line. `all`: every row that was read was carried out or individually
    /// refused.
    async fn finish(mut self, all: bool) -> BatchEnd {
        let streams = self.batch.terms.stream;
        if all || !streams {
            // A stream that ends early does not wait for rows that it would not accept.
            let whole = self.body.wait_for(Option::is_some).await.is_ok_and(|state| *state == Some(true));
            self.end.complete = all && whole;
        }
        if self.send_held().await.is_some() {
            let _ = self.send(lines(std::slice::from_ref(&self.end))).await;
        }
        self.end
    }

    async fn send_held(&mut self) -> Option<()> {
        for text in std::mem::take(&mut self.held) {
            self.send(text).await?;
        }
        self.shares.clear();
        Some(())
    }

    /// `None` if the client is gone.
    async fn send(&mut self, text: Bytes) -> Option<()> {
        let idle_time = self.batch.api.limits.idle_time;
        let sent = tokio::time::timeout(idle_time, self.sender.send_data(text)).await;
        matches!(sent, Ok(Ok(()))).then_some(())
    }
}

impl Terms {
    /// The idempotency key of a row.
    fn repeatable(&self, line: u64, body: &JsonBody) -> Result<Option<Repeatable>, ApiError> {
        let Some(key) = &self.key else { return Ok(None) };
        // The number of the first line differs when a part of a file is repeated.
        let request = serde_json::to_vec(&(self.params.get("deduplicate"), &body.0)).unwrap_or_default();
        match Repeatable::new(&format!("{key}#{line}"), &request) {
            Ok(repeatable) => Ok(Some(repeatable)),
            Err(invalid) => Err(ApiError::InvalidParameters(vec![invalid.at(IDEMPOTENCY_KEY)])),
        }
    }
}

/// Reads the next lines: as many as make a part, or as have arrived when no more arrive for a moment.
async fn next_part(lines: &mut Lines, part: &mut Vec<Line>) {
    let mut bytes = 0;
    lines.begin_to_wait();
    while part.len() < ROWS && bytes < BYTES {
        let next = if part.is_empty() {
            lines.next().await
        } else {
            // Rows that have arrived are carried out before waiting for others.
            tokio::time::timeout(LINGER, lines.next()).await.unwrap_or_default()
        };
        let Some(line) = next else { break };
        bytes += line.text.as_ref().map_or(0, Vec::len);
        part.push(line);
    }
}

/// The error as the client sees it; its cause is logged.
fn failure(error: StoreError) -> ApiError {
    tracing::error!(cause = %ErrorChain(&error), "a part of a batch failed");
    error.into()
}

fn lines<T: Serialize>(values: &[T]) -> Bytes {
    let mut text = Vec::with_capacity(values.len() * 128);
    for value in values {
        // Neither writing to memory nor serializing these members can fail.
        let _ = serde_json::to_writer(&mut text, value);
        text.push(b'\n');
    }
    text.into()
}
