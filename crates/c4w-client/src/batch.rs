//! Very many customers in one request, whose answers come while it is sent.

use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use reqwest::Response;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};

use crate::exchange::{authorization, broken, refusal};
use crate::request::with_query;
use crate::wire::BatchRow;
use crate::{Error, Problem, Secret};

const NDJSON: &str = "application/x-ndjson";

/// How the rows of a batch are taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchTerms {
    /// Names of the values that identify the customers.
    pub deduplicate: Vec<String>,
    /// The number of the first line.
    pub first_line: u64,
    /// By which rows that no value identifies are known when they come again, with their numbers.
    pub idempotency_key: Option<String>,
    /// Nothing is to be written.
    pub dry_run: bool,
}

/// Where the rows of a batch go. Dropping it ends the request.
pub struct BatchRows(Sender<Bytes>);

/// The answers to the rows of a batch, in their order.
pub struct BatchAnswers {
    response: Response,
    /// What has come; up to `taken` it was given away.
    buffer: Vec<u8>,
    taken: usize,
}

impl BatchRows {
    /// Sends whole lines of JSON, each with its end. It waits only when as many parts as were said are on their way. When
    /// nobody takes them any more, the answers tell why.
    pub async fn send(&mut self, lines: Vec<u8>) {
        let _ = self.0.send_data(lines.into()).await;
    }
}

impl BatchAnswers {
    /// The next answer; `None` when there is no more. Whoever stops waiting for one does not lose it.
    ///
    /// # Errors
    /// The connection broke, or what came is no answer.
    pub async fn next(&mut self) -> Result<Option<BatchRow>, Error> {
        loop {
            if let Some(length) = self.buffer[self.taken..].iter().position(|byte| *byte == b'\n') {
                let line = &self.buffer[self.taken..self.taken + length];
                let row = serde_json::from_slice(line);
                self.taken += length + 1;
                return row.map(Some).map_err(|_| self.unreadable("a line of it is no answer to a row"));
            }
            self.buffer.drain(..self.taken);
            self.taken = 0;
            match self.response.chunk().await.map_err(broken)? {
                Some(chunk) => self.buffer.extend_from_slice(&chunk),
                None if self.buffer.is_empty() => return Ok(None),
                None => return Err(self.unreadable("its last line is not whole")),
            }
        }
    }

    fn unreadable(&self, message: &str) -> Error {
        Error::Unexpected(Problem::unreadable(self.response.status().as_u16(), message, None))
    }
}

/// Begins a batch: the answer's head comes before any row. At most so many parts are on their way at once.
pub(crate) async fn open(
    http: &reqwest::Client,
    url: &str,
    terms: &BatchTerms,
    parts: usize,
    token: &Secret,
) -> Result<(BatchRows, BatchAnswers), Error> {
    let (rows, body) = Channel::new(parts);
    let names = terms.deduplicate.join(",");
    let query = [
        ("deduplicate", Some(names).filter(|names| !names.is_empty())),
        ("firstLine", Some(terms.first_line.max(1).to_string())),
        ("dryRun", terms.dry_run.then(|| "true".to_owned())),
    ];
    let mut sending = http
        .post(format!("{url}{}", with_query("/v3/customers/batch", query)))
        // It takes as long as there are rows. Whoever waits for an answer knows for how long.
        .timeout(std::time::Duration::MAX)
        .header(AUTHORIZATION, authorization(token)?)
        .header(ACCEPT, NDJSON)
        .header(CONTENT_TYPE, NDJSON)
        .body(reqwest::Body::wrap(body));
    if let Some(key) = &terms.idempotency_key {
        sending = sending.header("Idempotency-Key", key);
    }
    let response = sending.send().await.map_err(broken)?;
    if response.status().as_u16() != 200 {
        return Err(refusal(response).await?);
    }
    Ok((BatchRows(rows), BatchAnswers { response, buffer: Vec::new(), taken: 0 }))
}
