//! Rows to Guestbook: one long request after another, whose answers come while it is sent.

use std::collections::VecDeque;
use std::time::Duration;

use c4w_client::wire::{BatchRow, Text};
use c4w_client::{BatchAnswers, BatchRows, BatchTerms, Error, Field, Problem, RealClient};
use tokio::sync::mpsc::Receiver;

use super::options::Import;
use super::record::Record;
use super::rehearsed::Rehearsed;
use super::run::Run;
use super::single;
use super::tally::{Outcome, reasons};
use crate::failure::Failure;

/// Rows of a request; there may be twice as many.
const ROWS: usize = 50_000;
/// Rows that are sent and not answered.
const WAITING: usize = 8192;
/// Rows that are sent together.
const PART: usize = 64;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// Requests in a row that settle nothing, before the import is given up: half a minute after the first.
const FAILURES: u32 = 9;
/// The pause after the first of them, which doubles with each, and the longest.
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Codes of rows that the server could not carry out, which is no fault of theirs. Those of a session that ended meanwhile
/// are among them: the next request logs in again, and fails when that is not possible any more.
const PASSING: [&str; 5] = ["internal", "request_timeout", "token_expired", "token_invalid", "unavailable"];

/// Rows that are not settled.
pub(super) struct Pending {
    records: Receiver<Record>,
    pub(super) rows: VecDeque<Record>,
    /// Whom a dry run would have created or changed.
    rehearsed: Rehearsed,
}

/// A request under way.
struct Sending {
    /// `None` once it has all that it is to have.
    rows: Option<BatchRows>,
    answers: BatchAnswers,
    sent: usize,
    /// Of those, how many have no answer.
    waiting: usize,
}

/// Sends every row until it is settled.
pub(super) async fn carry_out(
    client: RealClient,
    options: &Import,
    records: Receiver<Record>,
    run: &mut Run,
) -> Result<(), Failure> {
    let mut pending = Pending { records, rows: VecDeque::new(), rehearsed: Rehearsed::default() };
    let mut failures = 0;
    while pending.fill(run).await? {
        let before = run.settled();
        match pending.request(&client, options, run).await {
            Ok(()) => failures = 0,
            Err(Failure::Api(error)) if is_unknown(&error) => {
                return single::carry_out(client, options, pending, run).await;
            }
            Err(Failure::Api(error)) if passes(&error) => {
                failures = if run.settled() > before { 1 } else { failures + 1 };
                if failures == FAILURES {
                    return Err(error.into());
                }
                run.wait_after(&error);
                let doubled = PAUSE.saturating_mul(1 << (failures - 1)).min(LONGEST_PAUSE);
                tokio::time::sleep(error.retry_after().unwrap_or(doubled).min(PATIENCE)).await;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// The server has no such address.
fn is_unknown(error: &Error) -> bool {
    matches!(error, Error::NotFound(_)) || matches!(error, Error::Unexpected(Problem { status: 405 | 501, .. }))
}

const fn passes(error: &Error) -> bool {
    matches!(
        error,
        Error::Network { .. } | Error::Unavailable { .. } | Error::RateLimited { .. } | Error::Unexpected(_)
    )
}

impl Pending {
    /// Waits until there is a row to send. `false`: there is none any more.
    pub(super) async fn fill(&mut self, run: &mut Run) -> Result<bool, Failure> {
        loop {
            self.settle_unsent(run)?;
            if !self.rows.is_empty() {
                return Ok(true);
            }
            let Some(record) = self.records.recv().await else { return Ok(false) };
            self.rows.push_back(record);
        }
    }

    /// Takes what has been read already, up to so many rows.
    pub(super) fn read_ahead(&mut self, rows: usize) {
        while self.rows.len() < rows
            && let Ok(record) = self.records.try_recv()
        {
            self.rows.push_back(record);
        }
    }

    /// Settles the first rows as long as nobody needs to be asked about them.
    fn settle_unsent(&mut self, run: &mut Run) -> Result<(), Failure> {
        while let Some(record) = self.rows.pop_front_if(|record| record.customer.is_err()) {
            let reason = record.customer.as_ref().err().cloned();
            run.reject(&record, &Vec::from_iter(reason))?;
        }
        Ok(())
    }

    /// One request: those that have no answer from the one before, and then what comes.
    async fn request(&mut self, client: &RealClient, options: &Import, run: &mut Run) -> Result<(), Failure> {
        let first = self.rows.front().map_or(1, |record| record.number);
        let deduplicate = options.deduplicate.clone();
        let idempotency_key = Some(run.key().to_owned());
        let terms = BatchTerms { deduplicate, first_line: first, idempotency_key, dry_run: options.dry_run };
        let (rows, answers) = client.open_batch(&terms, WAITING).await?;
        let mut sending = Sending { rows: Some(rows), answers, sent: 0, waiting: 0 };
        sending.send(self.rows.iter()).await;
        let mut part = Vec::with_capacity(PART);
        loop {
            self.settle_unsent(run)?;
            if sending.rows.is_none() && sending.waiting == 0 {
                return Ok(());
            }
            let more = sending.rows.is_some() && self.rows.len() < WAITING - PART;
            tokio::select! {
                answer = tokio::time::timeout(PATIENCE, sending.answers.next()), if sending.waiting > 0 => {
                    let row = answer.map_err(|_| unavailable("there was no answer for a minute"))??;
                    self.settle(row, options, run)?;
                    sending.waiting -= 1;
                }
                count = self.records.recv_many(&mut part, PART), if more => {
                    sending.send(part.iter()).await;
                    self.rows.extend(part.drain(..));
                    if count == 0 || sending.sent >= ROWS {
                        sending.rows = None;
                    }
                }
            }
        }
    }

    /// Settles the first row by its answer. None, or one that says that the server cannot go on, settles nothing.
    fn settle(&mut self, row: Option<BatchRow>, options: &Import, run: &mut Run) -> Result<(), Failure> {
        let Some(row) = row else { return Err(unavailable("the answers ended early").into()) };
        let code = row.code.as_ref().map(Text::as_str).unwrap_or_default();
        if PASSING.contains(&code) {
            return Err(unavailable(code).into());
        }
        let number = row.line.map(|line| line.0);
        let expected = self.rows.front().and_then(|record| i64::try_from(record.number).ok());
        if number.is_none() || number != expected {
            let message = "an answer is not that of the next row".to_owned();
            return Err(Error::Unexpected(Problem { message, ..Problem::default() }).into());
        }
        let Some(record) = self.rows.pop_front() else { return Ok(()) };
        if options.dry_run {
            let customer = record.customer.as_deref().unwrap_or_default();
            return match self.rehearsed.judge(customer, &options.deduplicate, row) {
                Ok(outcome) => run.accept(&record, outcome),
                Err(reasons) => run.reject(&record, &reasons),
            };
        }
        match row.outcome.as_ref().map(Text::as_str) {
            Some("created") => run.accept(&record, Outcome::Created),
            Some("updated") => run.accept(&record, Outcome::Updated),
            Some(_) => run.accept(&record, Outcome::Written),
            None => run.reject(&record, &refusal(row)),
        }
    }
}

impl Sending {
    /// Sends those of the rows that can be.
    async fn send(&mut self, records: impl Iterator<Item = &Record>) {
        let (mut lines, mut count) = (Vec::new(), 0);
        for customer in records.filter_map(|record| record.customer.as_ref().ok()) {
            lines.extend_from_slice(customer);
            lines.push(b'\n');
            count += 1;
        }
        self.sent += count;
        self.waiting += count;
        if let (Some(rows), true) = (&mut self.rows, count > 0) {
            rows.send(lines).await;
        }
    }
}

fn unavailable(message: &str) -> Error {
    let problem = Problem { message: message.to_owned(), ..Problem::default() };
    Error::Unavailable { problem, retry_after: None }
}

/// Why a row was refused, a reason for each field.
pub(super) fn refusal(row: BatchRow) -> Vec<String> {
    let text = |text: Option<Text>| text.map(|text| text.to_string()).unwrap_or_default();
    let fields = row.errors.unwrap_or_default().into_iter();
    let fields: Vec<_> = fields
        .map(|field| Field { field: text(field.field), code: text(field.code), message: text(field.message) })
        .collect();
    reasons(&text(row.message), &fields)
}
