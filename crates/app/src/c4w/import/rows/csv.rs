//! Rows of CSV.

use std::collections::VecDeque;
use std::io::{self, Read};

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use super::super::scan::{Begun, Scan};
use super::short::{AHEAD, Before, used};
use super::{Broken, Raw, Row};

pub(in super::super) struct CsvRows<R> {
    reader: Reader<Scan<R>>,
    /// The number of names, once they were read.
    columns: Option<usize>,
    /// The columns up to the last one that has a name.
    named: usize,
    before: Before,
    /// Rows that were read after a short one, and the reason why there are no more.
    behind: VecDeque<Row>,
    broken: Option<Broken>,
}

impl<R: Read> CsvRows<R> {
    /// The rows of a text whose first line has this number.
    pub(super) fn new(source: R, delimiter: u8, line: u64) -> Self {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(delimiter).flexible(true).has_headers(false);
        let reader = builder.from_reader(Scan::new(source, delimiter, line));
        Self { reader, columns: None, named: 0, before: Before::default(), behind: VecDeque::new(), broken: None }
    }

    pub(super) fn names(&mut self) -> Result<ByteRecord, Broken> {
        let names = match self.read()? {
            Some(Row { raw: Raw::Csv(names), .. }) => names,
            _ => ByteRecord::new(),
        };
        (self.columns, self.named) = (Some(names.len()), used(&names));
        Ok(names)
    }

    /// The next row, filled up to the number of names if it lacks only empty cells.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Broken> {
        let row = match self.behind.pop_front() {
            Some(row) => Some(row),
            None => self.read_or_broken()?,
        };
        let (Some(mut row), Some(columns)) = (row, self.columns) else { return Ok(None) };
        if let Raw::Csv(record) = &mut row.raw {
            if record.len() > columns {
                record.truncate(used(record).max(columns));
            } else if record.len() >= self.named {
                // Columns at the end that have no name need no cells.
                (record.len()..columns).for_each(|_| record.push_field(b""));
            }
        }
        if is_footer(&row.raw) {
            self.look_ahead();
            if self.behind.is_empty() && self.broken.is_none() {
                return Ok(None);
            }
        }
        if row.raw.cells() < columns {
            self.look_ahead();
        }
        self.before.complete(&mut row, &self.behind, columns);
        Ok(Some(row))
    }

    fn look_ahead(&mut self) {
        while self.behind.len() < AHEAD && self.broken.is_none() {
            match self.read() {
                Ok(Some(row)) => self.behind.push_back(row),
                Ok(None) => return,
                Err(broken) => self.broken = Some(broken),
            }
        }
    }

    fn read_or_broken(&mut self) -> Result<Option<Row>, Broken> {
        match self.broken.take() {
            Some(broken) => Err(broken),
            None => self.read(),
        }
    }

    /// Reads a row, skipping those in which every cell is empty: spreadsheets write them below their data.
    fn read(&mut self) -> Result<Option<Row>, Broken> {
        loop {
            let mut record = ByteRecord::new();
            match self.reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(self.broken_by(error)),
            }
            let begun = self.reader.get_mut().next();
            let Begun { line, in_order, .. } =
                begun.ok_or_else(|| io::Error::other("a row of which no byte was seen"))?;
            if used(&record) > 0 {
                let end = self.reader.position().byte();
                return Ok(Some(Row { line, in_order, end, raw: Raw::Csv(record) }));
            }
        }
    }

    fn broken_by(&self, error: csv::Error) -> Broken {
        match self.reader.get_ref().too_long() {
            Some(Begun { line, byte, .. }) => Broken::Row { line, begin: byte },
            None => match error.into_kind() {
                ErrorKind::Io(error) => error.into(),
                _ => Broken::Unreadable(io::Error::other("it is not CSV")),
            },
        }
    }
}

/// Whether a row is the number of rows that psql writes below them, such as `(2 rows)`, in its language.
fn is_footer(row: &Raw) -> bool {
    let Raw::Csv(record) = row else { return false };
    let text = record.get(0).filter(|_| used(record) == 1).and_then(|cell| std::str::from_utf8(cell).ok());
    let inner = text.and_then(|text| text.trim().strip_prefix('(')?.strip_suffix(')'));
    inner.and_then(|inner| inner.split_once(' ')).is_some_and(|(number, word)| {
        !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
            && !word.is_empty()
            && word.chars().all(char::is_alphabetic)
    })
}

#[cfg(test)]
mod tests {
    use std::io::repeat;

    use super::super::LONGEST;
    use super::*;

    /// A line number and an offset.
    type Place = (u64, u64);

    /// The lines on which rows begin with the offsets of their ends, and the beginning of a row that ends the reading.
    fn read(text: impl Read) -> (Vec<Place>, Option<Place>) {
        let (mut rows, mut read) = (CsvRows::new(text, b',', 1), Vec::new());
        loop {
            match rows.read() {
                Ok(Some(row)) => read.push((row.line, row.end)),
                Ok(None) => return (read, None),
                Err(Broken::Row { line, begin }) => return (read, Some((line, begin))),
                Err(Broken::Unreadable(error) | Broken::Cut(error)) => panic!("{error}"),
            }
        }
    }

    #[test]
    fn rows_tell_their_lines_and_ends() {
        assert_eq!(read(&b"\na,b\n\n,,\n\"\n\",c\nd"[..]), (vec![(2, 5), (5, 15), (7, 16)], None));
        assert_eq!(read(&b""[..]), (vec![], None));
    }

    #[test]
    fn a_row_is_not_read_for_ever() {
        for (begin, byte) in [(&b"a\n1,\""[..], b'x'), (b"a\n1,\"", b'\n'), (b"a\n", b'x'), (b"a\n", b',')] {
            assert_eq!(read(begin.chain(repeat(byte))), (vec![(1, 2)], Some((2, 2))));
        }
    }

    #[test]
    fn a_row_of_the_longest_size_is_taken() {
        let longest = u64::try_from(LONGEST).unwrap();
        let text = |length| repeat(b'x').take(length).chain(&b"\n1\n"[..]);
        assert_eq!(read(text(longest)), (vec![(1, longest + 1), (2, longest + 3)], None));
        assert_eq!(read(text(2 * longest)), (vec![], Some((1, 0))));
    }
}
