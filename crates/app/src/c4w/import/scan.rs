//! A scanner of CSV bytes that records on which line each row begins, and whether its quotes are in order.
//!
//! The CSV reader appends text after a closing quote to the value, so a missing quote would silently make many rows one
//! value. Its line number for a row is that of the previous row's end, which is wrong after blank lines and Windows
//! line ends. And it buffers a row of any size, which a single quote can extend to the whole file.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::rows::LONGEST;

/// Scans the bytes that are read through it.
pub(super) struct Scan<R> {
    inner: R,
    delimiter: u8,
    state: State,
    line: u64,
    last: u8,
    /// Rows that have begun and were not requested.
    rows: VecDeque<Begun>,
    /// The number of bytes seen.
    byte: u64,
    /// The size of the current row so far.
    size: usize,
}

/// A row that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun {
    /// Its line, counted from 1.
    pub(super) line: u64,
    /// Its offset.
    pub(super) byte: u64,
    /// Whether every quote that opens a value is closed where the value ends.
    pub(super) in_order: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between two rows.
    Between,
    /// Before the first byte of a value.
    Before,
    /// In an unquoted value.
    Plain,
    /// In a quoted value.
    Quoted,
    /// After a quote in a quoted value: the value ends here, unless another quote follows.
    Behind,
}

impl<R> Scan<R> {
    /// Scans a text whose first line has this number.
    pub(super) const fn new(inner: R, delimiter: u8, line: u64) -> Self {
        Self { inner, delimiter, state: State::Between, line, last: 0, rows: VecDeque::new(), byte: 0, size: 0 }
    }

    /// The next row, once all of it was read.
    pub(super) fn next(&mut self) -> Option<Begun> {
        let row = self.rows.pop_front()?;
        // A row that ends within quotes is the last one.
        let open = self.rows.is_empty() && self.state == State::Quoted;
        Some(Begun { in_order: row.in_order && !open, ..row })
    }

    /// The current row, if it is longer than permitted. Reading then stops.
    pub(super) fn too_long(&self) -> Option<Begun> {
        let row = self.rows.back().filter(|_| self.state != State::Between && self.size > LONGEST);
        row.copied()
    }

    fn see(&mut self, byte: u8) {
        let end = matches!(byte, b'\r' | b'\n');
        if self.state == State::Between && !end {
            self.rows.push_back(Begun { line: self.line, byte: self.byte, in_order: true });
            (self.state, self.size) = (State::Before, 0);
        }
        // The reader stores the end of each value, even of an empty one.
        self.size += if byte == self.delimiter { 1 + size_of::<usize>() } else { 1 };
        self.byte += 1;
        self.state = match (self.state, byte) {
            (State::Quoted, b'"') => State::Behind,
            (State::Before | State::Behind, b'"') | (State::Quoted, _) => State::Quoted,
            _ if end => State::Between,
            _ if byte == self.delimiter => State::Before,
            (state, _) => {
                if let (State::Behind, Some(row)) = (state, self.rows.back_mut()) {
                    row.in_order = false;
                }
                State::Plain
            }
        };
        if byte == b'\r' || byte == b'\n' && self.last != b'\r' {
            self.line += 1;
        }
        self.last = byte;
    }
}

impl<R: Read> Read for Scan<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.too_long().is_some() {
            return Err(io::Error::other("a row that is too long"));
        }
        let read = self.inner.read(buffer)?;
        buffer.iter().take(read).for_each(|byte| self.see(*byte));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rows of a text, and the values that the reader returns for each.
    fn rows(text: &str) -> Vec<(u64, bool, Vec<String>)> {
        let mut csv = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(3)
            .from_reader(Scan::new(text.as_bytes(), b',', 1));
        let (mut record, mut rows) = (csv::ByteRecord::new(), Vec::new());
        while csv.read_byte_record(&mut record).unwrap() {
            let begun = csv.get_mut().next().unwrap();
            let cells = record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect();
            rows.push((begun.line, begun.in_order, cells));
        }
        assert_eq!(csv.get_mut().next(), None, "{text:?}");
        rows
    }

    fn lines(text: &str) -> Vec<u64> {
        rows(text).into_iter().map(|(line, ..)| line).collect()
    }

    #[test]
    fn rows_begin_on_their_lines() {
        assert_eq!(lines("a,b\nc\nd"), [1, 2, 3]);
        assert_eq!(lines("a,b\r\nc\r\nd\r\n"), [1, 2, 3]);
        assert_eq!(lines("a\n\n\r\nb\r\n\r\nc"), [1, 4, 6]);
        assert_eq!(lines("a,\"b\nb\r\nb\"\nc"), [1, 4]);
        assert_eq!(lines("a\rb"), [1, 2]);
    }

    #[test]
    fn quotes_that_are_not_in_order_are_seen() {
        let of = |text: &str| -> Vec<_> { rows(text).into_iter().map(|(_, in_order, _)| in_order).collect() };
        assert_eq!(of("\"a\"\"b\",\"\",\"c,\n\"\na\"b,5\" x\n"), [true, true]);
        assert_eq!(of("a\n\"b\"c\nd"), [true, false, true]);
        assert_eq!(of("a\n\"b\nc\nd\"e\nf"), [true, false, true]);
        assert_eq!(of("a\n\"b\nc"), [true, false]);
        assert_eq!(of("a\n\"b\"\"\nc"), [true, false]);
        assert_eq!(of("a\n\"b\""), [true, true]);
    }

    proptest! {
        /// For any text, both see the same rows.
        #[test]
        fn rows_are_those_of_the_reader(text in "[ab\",\r\n]{0,40}") {
            rows(&text);
        }
    }
}
