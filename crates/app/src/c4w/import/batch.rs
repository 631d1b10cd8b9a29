//! Rows to Guestbook, in parts, each of which is a separate request.
//!
//! Whatever proxy is in between, a part arrives as a whole or not at all: it is below the limits of common proxies and
//! has a `Content-Length`, and its answer begins after all of it was read and ends with a count of its rows.

use std::collections::VecDeque;
use std::time::Duration;

use c4w_client::wire::{BatchEnd, BatchRow, Number, Text};
use c4w_client::{BatchAnswer, BatchTerms, Error, Field, Problem, RealClient};
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout};

use super::options::Import;
use super::record::Record;
use super::rehearsed::Rehearsed;
use super::run::Run;
use super::single;
use super::tally::{Outcome, Refusal, reasons};
use crate::failure::Failure;

/// Bytes of the first part, and of the largest one. nginx accepts 1 MiB by default.
const FIRST_PART_BYTES: usize = 64 * 1024;
const LARGEST_PART_BYTES: usize = 768 * 1024;
/// The minimum size of a part, unless the server reports that it is too long.
const SMALLEST_PART_BYTES: usize = 4 * 1024;
/// Parts that have to succeed after a failure before they grow again. This limits how often a proxy that fails at a
/// certain length sees that length.
const STEADY_PARTS: u32 = 20;
/// Parts grow while one takes less than the first time, and shrink when one takes more than the second: proxies time
/// out after a minute.
const QUICK: Duration = Duration::from_secs(1);
const SLOW: Duration = Duration::from_secs(4);
/// How long an unfilled part waits for more rows of the file.
const LINGER: Duration = Duration::from_millis(5);
/// The number of rows that are taken from the reader at once.
const ROWS_READ: usize = 64;
/// The time limit of an answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// Consecutive requests without progress before the import gives up: half a minute after the first.
const FAILURES: u32 = 9;
/// The pause after the first of them, which doubles with each, and its maximum.
const PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Codes of rows that the server could not carry out for reasons of its own. They include those of an expired session:
/// the next request logs in again, and fails if that is no longer possible.
const PASSING: [&str; 5] = ["internal", "request_timeout", "token_expired", "token_invalid", "unavailable"];

/// The rows that are not settled.
pub(super) struct Pending {
    records: Receiver<Record>,
    pub(super) rows: VecDeque<Record>,
    /// The customers that a dry run would have created or changed.
    rehearsed: Rehearsed,
    /// The size of the next part, and the largest one that is accepted, in bytes.
    part_bytes: usize,
    largest_bytes: usize,
    /// Parts that still have to succeed before parts grow again.
    steady_parts: u32,
    /// The bytes of the rows after the part in progress.
    bytes_ahead: usize,
}

/// A part: the first unsettled rows that can be sent.
struct Part {
    body: Vec<u8>,
    rows: u64,
    first: u64,
}

/// The results of a part's rows, counted from their answers.
#[derive(Default)]
struct Counted {
    created: u64,
    updated: u64,
    refused: u64,
}

/// Sends rows until every one is settled.
pub(super) async fn carry_out(
    client: RealClient,
    options: &Import,
    records: Receiver<Record>,
    run: &mut Run,
) -> Result<(), Failure> {
    let mut pending = Pending::new(records);
    let mut failures = 0;
    while pending.fill(run).await? {
        let before = run.settled();
        let part = pending.part().await;
        let (started, bytes) = (Instant::now(), part.body.len());
        match pending.request(&client, part, options, run).await {
            Ok(()) => {
                failures = 0;
                pending.adapt_to(started.elapsed());
            }
            Err(Failure::Api(error)) if is_unknown(&error) => {
                return single::carry_out(client, options, pending, run).await;
            }
            Err(Failure::Api(error)) if is_too_long(&error) => pending.shorten(bytes, &error, run)?,
            Err(Failure::Api(error)) if passes(&error) => {
                failures = if run.settled() > before { 1 } else { failures + 1 };
                if failures == FAILURES {
                    return Err(error.into());
                }
                pending.shrink();
                run.wait_after(&error);
                let doubled = PAUSE.saturating_mul(1 << (failures - 1)).min(LONGEST_PAUSE);
                tokio::time::sleep(error.retry_after().unwrap_or(doubled).min(PATIENCE)).await;
            }
            Err(failure) => return Err(failure),
        }
    }
    Ok(())
}

/// The server, or a proxy in front of it, refuses a request of this length.
const fn is_too_long(error: &Error) -> bool {
    matches!(error, Error::Invalid(Problem { status: 413, .. }))
}

/// The server does not know the address.
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
    fn new(records: Receiver<Record>) -> Self {
        let (rows, rehearsed) = (VecDeque::new(), Rehearsed::default());
        let (part_bytes, largest_bytes) = (FIRST_PART_BYTES, LARGEST_PART_BYTES);
        Self { records, rows, rehearsed, part_bytes, largest_bytes, steady_parts: 0, bytes_ahead: 0 }
    }

    /// Waits until there is a row to send. `false` if there are no more.
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

    /// Takes rows that have already been read, up to this number.
    pub(super) fn read_ahead(&mut self, rows: usize) {
        while self.rows.len() < rows
            && let Ok(record) = self.records.try_recv()
        {
            self.rows.push_back(record);
        }
    }

    /// Settles the first rows as long as they need no request.
    fn settle_unsent(&mut self, run: &mut Run) -> Result<(), Failure> {
        while let Some(record) = self.rows.pop_front_if(|record| record.customer.is_err()) {
            let reason = record.customer.as_ref().err().cloned();
            run.reject(&record, &Refusal::invalid(Vec::from_iter(reason)))?;
        }
        Ok(())
    }

    /// The next part. It has at least one row, and waits for more only briefly.
    async fn part(&mut self) -> Part {
        self.bytes_ahead = self.rows.iter().map(bytes).sum();
        while self.bytes_ahead < self.part_bytes && timeout(LINGER, self.read()).await.is_ok_and(|read| read) {}
        let first = self.rows.front().map_or(1, |record| record.number);
        let mut part = Part { body: Vec::new(), rows: 0, first };
        for customer in self.rows.iter().filter_map(|record| record.customer.as_ref().ok()) {
            if part.rows > 0 && part.body.len() + customer.len() >= self.part_bytes {
                break;
            }
            part.body.extend_from_slice(customer);
            part.body.push(b'\n');
            part.rows += 1;
        }
        self.bytes_ahead = self.bytes_ahead.saturating_sub(part.body.len());
        part
    }

    /// Waits for rows. `false` if there are no more.
    async fn read(&mut self) -> bool {
        let mut records = Vec::with_capacity(ROWS_READ);
        let read = self.records.recv_many(&mut records, ROWS_READ).await;
        self.bytes_ahead += records.iter().map(bytes).sum::<usize>();
        self.rows.extend(records);
        read > 0
    }

    /// Waits for the server, and reads the rows of the next part meanwhile.
    async fn wait<T>(&mut self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut answer = std::pin::pin!(timeout(PATIENCE, answer));
        let mut more = true;
        loop {
            more &= self.bytes_ahead < 2 * self.part_bytes;
            tokio::select! {
                biased;
                answered = &mut answer => {
                    return answered.unwrap_or_else(|_| Err(unavailable("there was no answer for a minute")));
                }
                read = self.read(), if more => more = read,
            }
        }
    }

    /// Sends a part and settles its rows.
    async fn request(
        &mut self,
        client: &RealClient,
        part: Part,
        options: &Import,
        run: &mut Run,
    ) -> Result<(), Failure> {
        let deduplicate = options.deduplicate.clone();
        let idempotency_key = Some(run.key().to_owned());
        let terms = BatchTerms { deduplicate, first_line: part.first, idempotency_key, dry_run: options.dry_run };
        let mut answers = self.wait(client.send_batch(&terms, part.body)).await?;
        let mut counted = Counted::default();
        loop {
            self.settle_unsent(run)?;
            match self.wait(answers.next()).await? {
                Some(BatchAnswer::Row(row)) => {
                    let count = counted.of(&row);
                    self.settle(*row, options, run)?;
                    *count += 1;
                }
                Some(BatchAnswer::End(end)) => return counted.check(&end, part.rows),
                None => return Err(unavailable("the answers ended early").into()),
            }
        }
    }

    fn adapt_to(&mut self, time: Duration) {
        let steady = self.steady_parts > 0;
        self.steady_parts = self.steady_parts.saturating_sub(1);
        if time < QUICK && !steady {
            self.part_bytes = (2 * self.part_bytes).min(self.largest_bytes);
        } else if time > SLOW {
            self.part_bytes = (self.part_bytes / 2).max(1);
        }
    }

    /// Reduces the size of parts after a failure, which may be due to the length: some proxies fail when they cannot
    /// buffer a request.
    fn shrink(&mut self) {
        let smaller = (self.part_bytes / 2).max(SMALLEST_PART_BYTES);
        self.part_bytes = smaller.min(self.part_bytes);
        self.steady_parts = STEADY_PARTS;
    }

    /// Handles a part of this size that was too long: the next one is shorter. A single row that is too long is
    /// rejected.
    fn shorten(&mut self, bytes: usize, error: &Error, run: &mut Run) -> Result<(), Failure> {
        if self.rows.front().is_some_and(|record| self::bytes(record) < bytes) {
            self.largest_bytes = (bytes / 2).max(1);
            self.part_bytes = self.largest_bytes;
            return Ok(());
        }
        let Some(record) = self.rows.pop_front() else { return Ok(()) };
        let reason = format!("the server, or a proxy before it, accepts no request of {bytes} bytes: {error}");
        run.reject(&record, &Refusal::invalid(vec![reason]))
    }

    /// Settles the first row by its answer, unless the answer says that the server cannot continue.
    fn settle(&mut self, row: BatchRow, options: &Import, run: &mut Run) -> Result<(), Failure> {
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
                Err(refusal) => run.reject(&record, &refusal),
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

impl Counted {
    /// The counter for this row.
    fn of(&mut self, row: &BatchRow) -> &mut u64 {
        match row.outcome.as_ref().map(Text::as_str) {
            Some("created") => &mut self.created,
            Some(_) => &mut self.updated,
            None => &mut self.refused,
        }
    }

    /// Compares the counts with those of the server, after this many rows were sent.
    fn check(&self, end: &BatchEnd, sent: u64) -> Result<(), Failure> {
        if end.complete.as_ref().is_none_or(|complete| !complete.0) {
            return Err(unavailable("the server did not read all rows").into());
        }
        let number = |number: &Option<Number>| number.as_ref().and_then(|number| u64::try_from(number.0).ok());
        let answered = [&end.rows, &end.created, &end.updated, &end.refused].map(number);
        let Self { created, updated, refused } = *self;
        if answered == [sent, created, updated, refused].map(Some) && sent == created + updated + refused {
            return Ok(());
        }
        Err(Failure::Local(format!(
            "the server counts other rows than were sent and answered ({answered:?}; sent {sent}, answered {created} created, \
             {updated} updated, {refused} refused): a proxy on the way changes requests or answers"
        )))
    }
}

/// The bytes that a row adds to a request.
fn bytes(record: &Record) -> usize {
    record.customer.as_ref().map_or(0, |customer| customer.len() + 1)
}

fn unavailable(message: &str) -> Error {
    let problem = Problem { message: message.to_owned(), ..Problem::default() };
    Error::Unavailable { problem, retry_after: None }
}

/// Codes of rows that conflict with stored data.
const CONFLICTS: [&str; 2] = ["duplicate_conflict", "username_taken"];

/// The reasons why a row was refused, one per field.
pub(super) fn refusal(row: BatchRow) -> Refusal {
    let is_conflict = row.code.as_ref().is_some_and(|code| CONFLICTS.contains(&code.as_str()));
    let text = |text: Option<Text>| text.map(|text| text.to_string()).unwrap_or_default();
    let fields = row.errors.unwrap_or_default().into_iter();
    let fields: Vec<_> = fields
        .map(|field| Field { field: text(field.field), code: text(field.code), message: text(field.message) })
        .collect();
    Refusal { reasons: reasons(&text(row.message), &fields), is_conflict }
}
