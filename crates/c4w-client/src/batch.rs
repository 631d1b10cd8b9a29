//! Many customers in one request.

use reqwest::Response;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;

use crate::exchange::{authorization, broken, refusal};
use crate::request::with_query;
use crate::wire::{BatchEnd, BatchRow};
use crate::{Error, Problem, Secret};

const NDJSON: &str = "application/x-ndjson";

/// How the rows of a batch are to be processed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchTerms {
    /// The names of the values that identify the customers.
    pub deduplicate: Vec<String>,
    /// The number of the first line.
    pub first_line: u64,
    /// Together with their numbers, identifies repeated rows that no value identifies.
    pub idempotency_key: Option<String>,
    /// Whether this is a dry run: nothing is written.
    pub dry_run: bool,
}

/// The answers to the rows of a batch, in their order.
pub struct BatchAnswers {
    response: Response,
    /// Bytes that have arrived; those before `taken` were already returned.
    buffer: Vec<u8>,
    taken: usize,
    ended: bool,
}

/// A line of the answer.
#[derive(Debug, Clone)]
pub enum BatchAnswer {
    /// The outcome of the next row.
    Row(Box<BatchRow>),
    /// The last line, which counts the rows.
    End(BatchEnd),
}

impl BatchAnswers {
    /// The next line; `None` after the last one. This is cancel safe.
    ///
    /// # Errors
    /// The connection broke, a line cannot be read, or the answer ended without its last line.
    pub async fn next(&mut self) -> Result<Option<BatchAnswer>, Error> {
        loop {
            if self.ended {
                return Ok(None);
            }
            if let Some(length) = self.buffer[self.taken..].iter().position(|byte| *byte == b'\n') {
                let line = answer(&self.buffer[self.taken..self.taken + length]);
                self.taken += length + 1;
                let line = line.ok_or_else(|| self.unreadable("a line of it is not the answer to a row"))?;
                self.ended = matches!(line, BatchAnswer::End(_));
                return Ok(Some(line));
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            match self.response.chunk().await.map_err(broken)? {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None => return Err(self.unreadable("it ended without its last line")),
            }
        }
    }

    fn unreadable(&self, message: &str) -> Error {
        Error::Unexpected(Problem::unreadable(self.response.status().as_u16(), message, None))
    }
}

/// Parses a line. The last line is the only one that has `complete`.
fn answer(line: &[u8]) -> Option<BatchAnswer> {
    let line: Value = serde_json::from_slice(line).ok()?;
    if line.get("complete").is_some() {
        return serde_json::from_value(line).ok().map(BatchAnswer::End);
    }
    serde_json::from_value(line).ok().map(|row| BatchAnswer::Row(Box::new(row)))
}

/// Sends rows, which are lines of JSON, each with its line feed. The request has a `Content-Length`, so that a proxy
/// can decide at once whether it accepts so many bytes.
pub(crate) async fn send(
    http: &reqwest::Client,
    url: &str,
    terms: &BatchTerms,
    rows: Vec<u8>,
    token: &Secret,
) -> Result<BatchAnswers, Error> {
    let names = terms.deduplicate.join(",");
    let query = [
        ("deduplicate", Some(names).filter(|names| !names.is_empty())),
        ("firstLine", Some(terms.first_line.max(1).to_string())),
        ("dryRun", terms.dry_run.then(|| "true".to_owned())),
    ];
    let mut sending = http
        .post(format!("{url}{}", with_query("/v3/customers/batch", query)))
        // The caller limits the time that an answer may take.
        .timeout(std::time::Duration::MAX)
        .header(AUTHORIZATION, authorization(token)?)
        .header(ACCEPT, NDJSON)
        .header(CONTENT_TYPE, NDJSON)
        .body(rows);
    if let Some(key) = &terms.idempotency_key {
        sending = sending.header("Idempotency-Key", key);
    }
    let response = sending.send().await.map_err(broken)?;
    if response.status().as_u16() != 200 {
        return Err(refusal(response).await?);
    }
    Ok(BatchAnswers { response, buffer: Vec::new(), taken: 0, ended: false })
}
