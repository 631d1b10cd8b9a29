//! The rows of a batch on their way from the body to the store, and their answers on their way back.
//!
//! Rows go to the store in parts, one after the other, so that each row sees those before it. While one part is written,
//! the next is read; no more than that is held, so whoever does not take the answers is not read any further.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use domain::customer::{Deduplication, PostCustomer, Repeatable};
use domain::organization::Organization;
use domain::ports::{Command, CommandError, StoreError, Written};
use http_body_util::channel::Sender;
use tokio::sync::mpsc;

use super::super::post::{Reading, read_customer};
use super::answer::BatchRow;
use super::lines::{Line, Lines};
use crate::edge::body;
use crate::error::IDEMPOTENCY_KEY;
use crate::session::Caller;
use crate::wire::{JsonBody, Params, Reader};
use crate::{Api, ApiError};

/// Rows of a part, at most: so many that the end of a transaction costs little, and so few that nobody else waits long.
const ROWS: usize = 512;
/// Bytes of a part, at most, but for the last row.
const BYTES: usize = 4 * 1024 * 1024;
/// How long a part that has rows waits for more.
const LINGER: Duration = Duration::from_millis(5);
/// After so many rows that were read somebody else may have the thread.
const YIELD: usize = 32;

/// What every row is taken with.
pub(super) struct Batch {
    pub(super) api: Arc<Api>,
    pub(super) caller: Caller,
    pub(super) organization: Arc<Organization>,
    pub(super) terms: Terms,
}

/// What the request says of its rows.
pub(super) struct Terms {
    pub(super) deduplicate: Deduplication,
    pub(super) params: Params,
    /// By which rows that no value identifies are known again, with their numbers.
    pub(super) key: Option<String>,
    /// Nothing is to be written.
    pub(super) rehearsal: bool,
}

/// A row that was read.
struct Row {
    line: u64,
    post: Result<PostCustomer, ApiError>,
}

/// What became of the rows, for the log.
#[derive(Debug, Default)]
struct Count {
    written: usize,
    refused: usize,
}

impl Batch {
    /// Carries the rows out, and answers each.
    pub(super) async fn run(self, lines: Lines, answers: Sender<Bytes>) {
        let (parts, parts_read) = mpsc::channel(1);
        let (lines, count) = tokio::join!(self.read(lines, parts), self.write(parts_read, answers));
        tracing::info!(written = count.written, refused = count.refused, "batch ended");
        // Whoever still sends would not see the answer's end.
        let limits = &self.api.limits;
        body::read(lines.into_body(), limits.body_bytes, limits.body_time).await;
    }

    /// Reads part after part, until there is no more, or nobody who writes.
    async fn read(&self, mut lines: Lines, parts: mpsc::Sender<Vec<Row>>) -> Lines {
        loop {
            let part = next_part(&mut lines).await;
            if part.is_empty() {
                return lines;
            }
            let mut rows = Vec::with_capacity(part.len());
            for (place, line) in part.into_iter().enumerate() {
                if place % YIELD == YIELD - 1 {
                    tokio::task::yield_now().await;
                }
                rows.push(self.row(line));
            }
            if parts.send(rows).await.is_err() {
                return lines;
            }
        }
    }

    fn row(&self, line: Line) -> Row {
        let post = line.text.and_then(|text| self.post(line.number, &text));
        Row { line: line.number, post }
    }

    fn post(&self, line: u64, text: &[u8]) -> Result<PostCustomer, ApiError> {
        let body = JsonBody::parse(text)?;
        let reader = Reader::new(&body, self.api.today());
        let asked = &self.organization.settings.policies;
        let reading = Reading { api: &self.api, caller: &self.caller, asked };
        let repeatable = self.terms.repeatable(line, &body)?;
        let mut post = read_customer(&reading, Some(self.terms.deduplicate.clone()), None, reader, body)?;
        // What is found again needs no receipt.
        post.repeatable = repeatable.filter(|_| post.deduplicate.keys(&post.changes).is_empty());
        Ok(post)
    }

    /// Writes part after part and sends the answers, until there is no more, or nobody who takes them, or the store cannot.
    async fn write(&self, mut parts: mpsc::Receiver<Vec<Row>>, mut answers: Sender<Bytes>) -> Count {
        let mut count = Count::default();
        while let Some(rows) = parts.recv().await {
            let (rows, goes_on) = self.write_part(rows).await;
            count.written += rows.iter().filter(|row| row.is_ok()).count();
            count.refused += rows.iter().filter(|row| !row.is_ok()).count();
            let sent = tokio::time::timeout(self.api.limits.idle_time, answers.send_data(text(&rows))).await;
            if !goes_on || !matches!(sent, Ok(Ok(()))) {
                break;
            }
        }
        count
    }

    /// The answers to the rows of a part, and whether the store can take another.
    async fn write_part(&self, rows: Vec<Row>) -> (Vec<BatchRow>, bool) {
        let mut commands = Vec::with_capacity(rows.len());
        let mut read = Vec::with_capacity(rows.len());
        for Row { line, post } in rows {
            read.push((line, post.map(|post| commands.push(Command::Post(Arc::new(post))))));
        }
        let writing = async {
            // A part may have nothing but rows that cannot be read.
            let customers = &self.api.ports.customers;
            match (commands.is_empty(), self.terms.rehearsal) {
                (true, _) => Ok(Vec::new()),
                (false, true) => customers.rehearse(commands).await,
                (false, false) => customers.write(commands).await,
            }
        };
        let (mut written, failed) = match writing.await {
            Ok(written) => (written.into_iter(), None),
            Err(error) => (Vec::new().into_iter(), Some(failure(error))),
        };
        let row = |(line, read): (u64, Result<(), ApiError>)| match (read, &failed) {
            (Err(error), _) => BatchRow::refused(line, &error),
            (Ok(()), Some(error)) => BatchRow::refused(line, error),
            (Ok(()), None) => answer(line, written.next(), self.terms.rehearsal),
        };
        let rows = read.into_iter().map(row).collect();
        (rows, failed.is_none())
    }
}

impl Terms {
    /// How a row is known again.
    fn repeatable(&self, line: u64, body: &JsonBody) -> Result<Option<Repeatable>, ApiError> {
        let Some(key) = &self.key else { return Ok(None) };
        // The number of the first line differs when a part of a file comes again.
        let request = serde_json::to_vec(&(self.params.get("deduplicate"), &body.0)).unwrap_or_default();
        match Repeatable::new(&format!("{key}#{line}"), &request) {
            Ok(repeatable) => Ok(Some(repeatable)),
            Err(invalid) => Err(ApiError::InvalidParameters(vec![invalid.at(IDEMPOTENCY_KEY)])),
        }
    }
}

/// The lines that come next: as many as make a part, or as have come when no more comes for a moment.
async fn next_part(lines: &mut Lines) -> Vec<Line> {
    let (mut part, mut bytes) = (Vec::new(), 0);
    while part.len() < ROWS && bytes < BYTES {
        let next = if part.is_empty() {
            lines.next().await
        } else {
            // Those that have come are carried out before the others are waited for.
            tokio::time::timeout(LINGER, lines.next()).await.unwrap_or_default()
        };
        let Some(line) = next else { break };
        bytes += line.text.as_ref().map_or(0, Vec::len);
        part.push(line);
    }
    part
}

fn answer(line: u64, written: Option<Result<Written, CommandError>>, rehearsal: bool) -> BatchRow {
    match written {
        Some(Ok(written)) => BatchRow::written(line, &written, rehearsal),
        Some(Err(CommandError::Refused(refusal))) => BatchRow::refused(line, &refusal.into()),
        Some(Err(CommandError::Corrupt(row))) => BatchRow::refused(line, &failure(row.into())),
        None => BatchRow::refused(line, &failure(StoreError::Internal("a store gave no answer to a command".into()))),
    }
}

/// The failure as it is told, and its cause in the log.
fn failure(error: StoreError) -> ApiError {
    let cause: &dyn std::error::Error = &error;
    tracing::error!(cause, "a part of a batch failed");
    error.into()
}

fn text(rows: &[BatchRow]) -> Bytes {
    let mut text = Vec::with_capacity(rows.len() * 128);
    for row in rows {
        // Writing to memory does not fail, and nor do these members.
        let _ = serde_json::to_writer(&mut text, row);
        text.push(b'\n');
    }
    text.into()
}
