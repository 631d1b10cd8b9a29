//! Rows of CSV.

use std::io::{self, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::super::scan::{Begun, Scan};
use super::{Broken, Raw, Row};

pub(in super::super) struct CsvRows<R>(Reader<Scan<R>>);

impl<R: Read> CsvRows<R> {
    pub(super) fn new(source: R, delimiter: u8) -> Self {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(delimiter).flexible(true).has_headers(false);
        Self(builder.from_reader(Scan::new(source, delimiter)))
    }

    /// A row in which every cell is empty is blank: spreadsheets write such below what they hold.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Broken> {
        loop {
            let mut record = ByteRecord::new();
            match self.0.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(error) => return Err(self.broken(error)),
            }
            let begun = self.0.get_mut().next();
            let Begun { line, in_order, .. } =
                begun.ok_or_else(|| io::Error::other("a row of which no byte was seen"))?;
            if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
                let end = self.0.position().byte();
                return Ok(Some(Row { line, in_order, end, raw: Raw::Csv(record) }));
            }
        }
    }

    fn broken(&self, error: csv::Error) -> Broken {
        match self.0.get_ref().too_long() {
            Some(Begun { line, byte, .. }) => Broken::Row { line, begin: byte },
            None => Broken::Unreadable(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::repeat;

    use super::super::LONGEST;
    use super::*;

    /// A line and a byte.
    type Place = (u64, u64);

    /// On which lines rows begin and where they end, and where one begins that breaks them off.
    fn read(text: impl Read) -> (Vec<Place>, Option<Place>) {
        let (mut rows, mut read) = (CsvRows::new(text, b','), Vec::new());
        loop {
            match rows.next() {
                Ok(Some(row)) => read.push((row.line, row.end)),
                Ok(None) => return (read, None),
                Err(Broken::Row { line, begin }) => return (read, Some((line, begin))),
                Err(Broken::Unreadable(error)) => panic!("{error}"),
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
