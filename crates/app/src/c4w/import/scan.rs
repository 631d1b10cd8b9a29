//! What the bytes of CSV tell of its rows besides their values: on which line each begins, and whether its quotes are in
//! order.
//!
//! The reader of the values takes what stands behind a closing quote for a part of the value, and so one quote too few
//! would make one value of many rows without a word. It also takes the line on which it stopped before for that of a row,
//! which is another one behind blank lines and those of Windows. And it holds a row in memory whatever its size, which one
//! quote makes the size of the file.

use std::collections::VecDeque;
use std::io::{self, Read};

use super::rows::LONGEST;

/// Looks at what is read through it.
pub(super) struct Scan<R> {
    inner: R,
    delimiter: u8,
    state: State,
    line: u64,
    last: u8,
    /// Those that began and were not asked for.
    rows: VecDeque<Begun>,
    /// Bytes that were seen.
    byte: u64,
    /// What the row under way takes so far.
    size: usize,
}

/// A row that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begun {
    /// On this line, from 1 on.
    pub(super) line: u64,
    /// Behind so many bytes.
    pub(super) byte: u64,
    /// Every quote that opens a value is closed where the value ends.
    pub(super) in_order: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing of the next row has come.
    Between,
    /// Before the first byte of a value.
    Before,
    /// In a value without quotes.
    Plain,
    /// In a value within quotes.
    Quoted,
    /// Behind a quote in such a value: it ends there, unless there is another quote.
    Behind,
}

impl<R> Scan<R> {
    /// Looks at a text whose first line is this one.
    pub(super) const fn new(inner: R, delimiter: u8, line: u64) -> Self {
        Self { inner, delimiter, state: State::Between, line, last: 0, rows: VecDeque::new(), byte: 0, size: 0 }
    }

    /// The next row, when all of it was read.
    pub(super) fn next(&mut self) -> Option<Begun> {
        let row = self.rows.pop_front()?;
        // Whatever ends within quotes is the last row.
        let open = self.rows.is_empty() && self.state == State::Quoted;
        Some(Begun { in_order: row.in_order && !open, ..row })
    }

    /// The row under way, if it is longer than any may be. Nothing more is read then.
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
        // Where a value ends is noted too, even when there is nothing in it.
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

    /// The rows of a text, and what the reader of values makes of each.
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
        /// Whatever stands there, both see the same rows.
        #[test]
        fn rows_are_those_of_the_reader(text in "[ab\",\r\n]{0,40}") {
            rows(&text);
        }
    }
}
