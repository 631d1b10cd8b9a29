//! The lines of a body, as they arrive.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use tokio::time::Instant;

use crate::ApiError;

/// A line that is not blank, or the error in its place.
pub(super) struct Line {
    /// The line's number; blank lines count.
    pub(super) number: u64,
    /// The text without its line feed. After an error that is not specific to the line, no other line follows.
    pub(super) text: Result<Vec<u8>, ApiError>,
}

/// The bounds of a body's lines.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// The maximum length of a line, in bytes.
    pub(super) bytes: usize,
    /// The maximum number of lines, including blank ones.
    pub(super) lines: u64,
    /// The maximum time without a line that is not blank. Otherwise a client that sends a byte or a blank line from
    /// time to time could hold the connection indefinitely.
    pub(super) idle: Duration,
    /// The number of the first line.
    pub(super) first: u64,
}

/// Reads lines. Cancelling the wait for a line does not lose it.
pub(super) struct Lines {
    body: Body,
    bounds: Bounds,
    /// Received bytes: those before `taken` were returned, and those before `searched` contain no line end.
    buffer: Vec<u8>,
    taken: usize,
    searched: usize,
    /// Whether the line was too long, and its end has not arrived yet.
    skipping: bool,
    number: u64,
    /// The deadline of the next line.
    deadline: Option<Instant>,
    ended: bool,
    /// Whether all of the body has arrived.
    whole: bool,
}

impl Lines {
    pub(super) fn new(body: Body, bounds: Bounds) -> Self {
        let (buffer, number) = (Vec::new(), bounds.first.saturating_sub(1));
        let (taken, searched, skipping, deadline) = (0, 0, false, None);
        Self { body, bounds, buffer, taken, searched, skipping, number, deadline, ended: false, whole: false }
    }

    /// The next line; `None` at the end.
    pub(super) async fn next(&mut self) -> Option<Line> {
        loop {
            if let Some(line) = self.take() {
                self.deadline = None;
                return Some(line);
            }
            if self.ended {
                return None;
            }
            match self.read().await {
                Ok(true) => {}
                Ok(false) => {
                    (self.ended, self.whole) = (true, true);
                    // The last line need not end with a line feed.
                    if self.taken < self.buffer.len() {
                        self.buffer.push(b'\n');
                    }
                }
                Err(error) => {
                    self.end();
                    return Some(Line { number: self.number + 1, text: Err(error) });
                }
            }
        }
    }

    /// Restarts the time for the next line, because no call has waited for it so far.
    pub(super) const fn begin_to_wait(&mut self) {
        self.deadline = None;
    }

    /// The number of the next line.
    pub(super) fn next_number(&self) -> u64 {
        self.number + 1
    }

    /// Whether the body was read to its end.
    pub(super) const fn is_whole(&self) -> bool {
        self.whole
    }

    /// The rest of the body.
    pub(super) fn into_body(self) -> Body {
        self.body
    }

    /// The next line that is complete and not blank, or that is too long.
    fn take(&mut self) -> Option<Line> {
        loop {
            let Some(length) = self.buffer[self.searched..].iter().position(|byte| *byte == b'\n') else {
                self.searched = self.buffer.len();
                return self.too_long().then(|| self.skip());
            };
            let end = self.searched + length;
            let text = self.buffer[self.taken..end].trim_ascii().to_vec();
            (self.taken, self.searched) = (end + 1, end + 1);
            if std::mem::take(&mut self.skipping) {
                continue;
            }
            self.number += 1;
            if self.is_over() {
                return Some(self.last());
            }
            if text.len() > self.bounds.bytes {
                return Some(Line { number: self.number, text: Err(ApiError::PayloadTooLarge) });
            }
            if !text.is_empty() {
                return Some(Line { number: self.number, text: Ok(text) });
            }
        }
    }

    fn too_long(&mut self) -> bool {
        let too_long = self.buffer.len() - self.taken > self.bounds.bytes;
        if too_long && self.skipping {
            self.taken = self.buffer.len();
        }
        too_long && !self.skipping
    }

    /// Reports the line that is too long, and discards what has arrived of it.
    fn skip(&mut self) -> Line {
        self.skipping = true;
        self.taken = self.buffer.len();
        self.number += 1;
        if self.is_over() {
            return self.last();
        }
        Line { number: self.number, text: Err(ApiError::PayloadTooLarge) }
    }

    /// Whether there are more lines than permitted.
    const fn is_over(&self) -> bool {
        self.number >= self.bounds.first.saturating_add(self.bounds.lines)
    }

    /// The first line beyond the permitted number, which is the last one.
    fn last(&mut self) -> Line {
        self.end();
        Line { number: self.number, text: Err(ApiError::PayloadTooLarge) }
    }

    /// Ends the lines. An unfinished line is not returned.
    fn end(&mut self) {
        self.ended = true;
        self.buffer.clear();
        (self.taken, self.searched) = (0, 0);
    }

    /// Reads more of the body; `false` at its end.
    async fn read(&mut self) -> Result<bool, ApiError> {
        self.buffer.drain(..self.taken);
        self.searched -= self.taken;
        self.taken = 0;
        // Cancelling the wait and starting again does not extend the deadline.
        let deadline = *self.deadline.get_or_insert_with(|| Instant::now() + self.bounds.idle);
        let frame = tokio::time::timeout_at(deadline, self.body.frame()).await;
        match frame.map_err(|_| ApiError::RequestTimeout)? {
            None => Ok(false),
            Some(Err(_)) => Err(ApiError::MalformedJson("The body ended early.".to_owned())),
            Some(Ok(frame)) => {
                if let Some(data) = frame.data_ref() {
                    self.buffer.extend_from_slice(data);
                }
                Ok(true)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use http_body_util::channel::Channel;

    use super::*;

    const BOUNDS: Bounds = Bounds { bytes: 10, lines: 5, idle: Duration::from_secs(1), first: 1 };

    /// The lines of a body that arrives in these parts.
    async fn lines(parts: &[&'static str]) -> Vec<(u64, Result<String, &'static str>)> {
        let (mut sender, body) = Channel::<Bytes>::new(parts.len().max(1));
        for part in parts {
            sender.send_data(Bytes::from_static(part.as_bytes())).await.unwrap();
        }
        drop(sender);
        let (mut lines, mut read) = (Lines::new(Body::new(body), BOUNDS), Vec::new());
        while let Some(Line { number, text }) = lines.next().await {
            let text = text.map(|text| String::from_utf8(text).unwrap());
            read.push((number, text.map_err(|error| error.status_and_code().1)));
        }
        read
    }

    fn ok(number: u64, text: &str) -> (u64, Result<String, &'static str>) {
        (number, Ok(text.to_owned()))
    }

    #[tokio::test]
    async fn lines_are_cut_wherever_they_come_apart() {
        assert_eq!(lines(&["a\nb", "b\r\n  \nc", "\n", "d"]).await, [ok(1, "a"), ok(2, "bb"), ok(4, "c"), ok(5, "d")]);
        assert_eq!(lines(&[]).await, []);
        assert_eq!(lines(&["\n\n"]).await, []);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_told_once_and_those_behind_it_are_read() {
        let long = (2, Err("payload_too_large"));
        assert_eq!(lines(&["a\n0123456789a\nb\n"]).await, [ok(1, "a"), long.clone(), ok(3, "b")]);
        let parts = ["a\n0123456789", "abc", "0123456789abcdef", "0123456789abcdef", "x\nb"];
        assert_eq!(lines(&parts).await, [ok(1, "a"), long, ok(3, "b")]);
    }

    #[tokio::test]
    async fn more_lines_than_there_may_be_are_told_once() {
        let read = lines(&["1\n2\n3\n4\n5\n6\n7\n"]).await;
        assert_eq!((read.len(), &read[4], &read[5]), (6, &ok(5, "5"), &(6, Err("payload_too_large"))));
    }

    #[tokio::test]
    async fn blank_lines_count_among_those_that_there_may_be() {
        let over = (6, Err("payload_too_large"));
        assert_eq!(lines(&["1\n\n \n\r\n5\n"]).await, [ok(1, "1"), ok(5, "5")]);
        assert_eq!(lines(&["\n\n\n", "\n\n\n\n\n"]).await, std::slice::from_ref(&over));
        assert_eq!(lines(&["1\n\n\n\n5\n\n7"]).await, [ok(1, "1"), ok(5, "5"), over.clone()]);
        let long = (5, Err("payload_too_large"));
        assert_eq!(lines(&["\n\n\n\n0123456789abc", "0123456789abc\n6\n"]).await, [long, over.clone()]);
        assert_eq!(lines(&["\n\n\n\n\n0123456789abc", "0123456789abc\n7\n"]).await, [over]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_of_which_nothing_comes_is_given_up() {
        let (mut sender, body) = Channel::<Bytes>::new(1);
        sender.send_data(Bytes::from_static(b"a\nhalf")).await.unwrap();
        let mut lines = Lines::new(Body::new(body), BOUNDS);
        assert_eq!(lines.next().await.unwrap().text.unwrap(), b"a");
        let late = lines.next().await.unwrap();
        assert_eq!((late.number, late.text.unwrap_err().status_and_code().1), (2, "request_timeout"));
        assert!(lines.next().await.is_none());
    }

    /// Neither blank lines nor the bytes of an unfinished line extend the time.
    #[tokio::test(start_paused = true)]
    async fn a_body_that_brings_no_line_is_given_up() {
        for drop in ["\n", " \r\n", "x"] {
            let (mut sender, body) = Channel::<Bytes>::new(1);
            let sending = tokio::spawn(async move {
                for _ in 0..4 {
                    tokio::time::sleep(Duration::from_millis(400)).await;
                    let _ = sender.send_data(Bytes::from_static(drop.as_bytes())).await;
                }
                sender
            });
            let mut lines = Lines::new(Body::new(body), BOUNDS);
            let began = Instant::now();
            // Waiting in small portions does not extend the time.
            let late = loop {
                if let Ok(line) = tokio::time::timeout(Duration::from_millis(300), lines.next()).await {
                    break line.unwrap();
                }
            };
            assert_eq!(late.text.unwrap_err().status_and_code().1, "request_timeout", "{drop:?}");
            assert_eq!(began.elapsed(), BOUNDS.idle);
            drop_all(sending).await;
        }
    }

    async fn drop_all<T>(sending: tokio::task::JoinHandle<T>) {
        sending.abort();
        let _ = sending.await;
    }
}
