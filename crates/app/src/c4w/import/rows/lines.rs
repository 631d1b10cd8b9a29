//! Lines of JSON.

use std::io::{self, BufRead, BufReader, Read};

use super::{LONGEST, Raw, Row};

/// How many bytes are kept of a line that is too long: enough to recognize it.
const KEPT: usize = 1024;

pub(in super::super) struct LineRows<R> {
    source: BufReader<R>,
    /// The number of lines and bytes that were read.
    line: u64,
    byte: u64,
    text: Vec<u8>,
}

impl<R: Read> LineRows<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source: BufReader::new(source), line: 0, byte: 0, text: Vec::new() }
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        loop {
            self.text.clear();
            let longest = u64::try_from(LONGEST).unwrap_or(u64::MAX).saturating_add(1);
            let mut read = (&mut self.source).take(longest).read_until(b'\n', &mut self.text)?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            let cut = self.text.len() > LONGEST && !self.text.ends_with(b"\n");
            if cut {
                read += self.source.skip_until(b'\n')?;
            }
            self.byte += u64::try_from(read).unwrap_or(u64::MAX);
            let raw = match self.text.trim_ascii() {
                _ if cut => Raw::Cut(beginning(&self.text, KEPT).to_vec()),
                [] => continue,
                text => Raw::Line(text.to_vec()),
            };
            return Ok(Some(Row { line: self.line, in_order: true, end: self.byte, raw }));
        }
    }
}

/// The kept part, without a truncated character at its end.
pub(super) fn beginning(text: &[u8], kept: usize) -> &[u8] {
    let kept = text.get(..kept).unwrap_or(text);
    match std::str::from_utf8(kept) {
        Err(error) if error.error_len().is_none() => &kept[..error.valid_up_to()],
        _ => kept,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row with its line, its end, and the length of a line that is too long.
    fn read(text: impl Read) -> Vec<(u64, u64, Result<String, usize>)> {
        let mut rows = LineRows::new(text);
        let rows = std::iter::from_fn(|| rows.next().unwrap());
        let text = |raw| match raw {
            Raw::Line(line) => Ok(String::from_utf8(line).unwrap()),
            Raw::Cut(line) => Err(line.len()),
            Raw::Csv(_) => panic!("CSV"),
        };
        rows.map(|row| (row.line, row.end, text(row.raw))).collect()
    }

    #[test]
    fn blank_lines_are_none_but_count() {
        let ok = |line, end, text: &str| (line, end, Ok(text.to_owned()));
        assert_eq!(read(&b"{}\r\n\n  \n 1 \n2"[..]), [ok(1, 4, "{}"), ok(4, 12, "1"), ok(5, 13, "2")]);
    }

    #[test]
    fn a_line_that_is_too_long_is_skipped_to_its_end() {
        let length = u64::try_from(LONGEST).unwrap();
        let line = |length| io::repeat(b'x').take(length);
        let text = line(length).chain(&b"\n"[..]).chain(line(5 * length)).chain(&b"\n1\n"[..]).chain(line(length + 1));
        let read = read(text);
        assert_eq!(read[0].2.as_ref().map(String::len), Ok(LONGEST));
        assert_eq!(read[1], (2, 6 * length + 2, Err(KEPT)));
        assert_eq!(read[2], (3, 6 * length + 4, Ok("1".to_owned())));
        assert_eq!(read[3..], [(4, 7 * length + 5, Err(KEPT))]);
        assert_eq!(beginning("€".repeat(KEPT).as_bytes(), KEPT).len(), KEPT - 1);
    }
}
