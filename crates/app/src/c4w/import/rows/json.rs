//! JSON values that are not one per line: the elements of an array, and objects over several lines.

use std::io::{self, BufRead, BufReader, Read};

use super::{LONGEST, Raw, Row};

/// How many bytes are kept of a value that is too long.
const KEPT: usize = 1024;

pub(in super::super) struct JsonRows<R> {
    source: BufReader<R>,
    /// The number of lines and bytes that were read.
    line: u64,
    byte: u64,
    /// Whether the last byte was a carriage return.
    returned: bool,
    /// The state of the array around the values.
    array: Array,
    /// Whether the array is a member of an object.
    wrapped: bool,
    /// After the array: whether the reader is in a string.
    quoted: bool,
    value: Vec<u8>,
}

/// Whether the values are in an array, and the position relative to it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Array {
    /// Nothing was read yet.
    Unknown,
    /// The values are not in an array.
    None,
    Open,
    /// After the array, in the object that contains it, at this depth.
    Rest(usize),
    Closed,
}

/// The position within a value.
struct Inside {
    depth: usize,
    quoted: bool,
    escaped: bool,
    /// Whether the value is neither an object nor an array.
    plain: bool,
}

impl<R: Read> JsonRows<R> {
    /// Values of a text whose first line has this number. If it begins with an array that is a member of an object, the
    /// end of the object follows the array.
    pub(super) fn new(source: R, line: u64, wrapped: bool) -> Self {
        let source = BufReader::new(source);
        let (array, value) = (Array::Unknown, Vec::new());
        Self { source, line, byte: 0, returned: false, array, wrapped, quoted: false, value }
    }

    /// The next value, with the line on which it begins.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        let Some(line) = self.begin()? else { return Ok(None) };
        let mut inside = Inside { depth: 0, quoted: false, escaped: false, plain: false };
        let (mut cut, mut first, mut ended) = (false, true, false);
        while let Some(byte) = self.peek()? {
            if inside.ends_before(byte, first) {
                ended = true;
                break;
            }
            self.take(byte);
            if self.value.len() < LONGEST {
                self.value.push(byte);
            } else {
                cut = true;
            }
            if inside.ends_with(byte, first) {
                ended = true;
                break;
            }
            first = false;
        }
        if !ended && self.array == Array::Open {
            return Err(cut_off());
        }
        let raw =
            if cut { Raw::Cut(super::lines::beginning(&self.value, KEPT).to_vec()) } else { Raw::Line(self.trimmed()) };
        Ok(Some(Row { line, in_order: true, end: self.byte, raw }))
    }

    /// Advances to the first byte of the next value, and returns its line.
    fn begin(&mut self) -> io::Result<Option<u64>> {
        self.value.clear();
        while let Some(byte) = self.peek()? {
            match (byte, self.array) {
                (_, Array::Rest(depth)) => self.array = self.behind(byte, depth),
                (b' ' | b'\t' | b'\r' | b'\n' | b',', _) => {}
                (b'[', Array::Unknown) => self.array = Array::Open,
                // Another array may follow: some programs write one on each line.
                (b']', Array::Open) => self.array = if self.wrapped { Array::Rest(1) } else { Array::Unknown },
                (_, Array::Closed) => {
                    return Err(io::Error::other(format!(
                        "there is more behind the array of JSON, on line {}",
                        self.line
                    )));
                }
                (_, Array::Unknown | Array::None | Array::Open) => {
                    if self.array == Array::Unknown {
                        self.array = Array::None;
                    }
                    return Ok(Some(self.line));
                }
            }
            self.take(byte);
        }
        if matches!(self.array, Array::Open | Array::Rest(_)) {
            return Err(cut_off());
        }
        Ok(None)
    }

    /// The state after a byte of the object that follows its array. Escapes are ignored, since no string with an
    /// escaped quote is expected there.
    const fn behind(&mut self, byte: u8, depth: usize) -> Array {
        match byte {
            b'"' => self.quoted = !self.quoted,
            _ if self.quoted => {}
            b'{' | b'[' => return Array::Rest(depth + 1),
            b'}' | b']' if depth == 1 => return Array::Closed,
            b'}' | b']' => return Array::Rest(depth - 1),
            _ => {}
        }
        Array::Rest(depth)
    }

    /// The value on one line: JSON strings contain no line breaks.
    fn trimmed(&self) -> Vec<u8> {
        self.value.trim_ascii().iter().map(|byte| if matches!(byte, b'\r' | b'\n') { b' ' } else { *byte }).collect()
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.source.fill_buf()?.first().copied())
    }

    fn take(&mut self, byte: u8) {
        self.source.consume(1);
        self.byte += 1;
        if byte == b'\r' || byte == b'\n' && !self.returned {
            self.line += 1;
        }
        self.returned = byte == b'\r';
    }
}

fn cut_off() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "the file was cut off: the array of JSON has no end")
}

impl Inside {
    /// Whether a simple value ends before this byte.
    fn ends_before(&self, byte: u8, first: bool) -> bool {
        !first && self.plain && !self.quoted && self.depth == 0 && matches!(byte, b',' | b']' | b'\n' | b'\r')
    }

    /// Whether the value ends with this byte.
    fn ends_with(&mut self, byte: u8, first: bool) -> bool {
        if first {
            self.plain = !matches!(byte, b'{' | b'[');
        }
        match byte {
            _ if self.escaped => self.escaped = false,
            b'\\' if self.quoted => self.escaped = true,
            b'"' => self.quoted = !self.quoted,
            _ if self.quoted => {}
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        !self.plain && !self.quoted && self.depth == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: impl Read) -> (Vec<(u64, String)>, Option<String>) {
        let (mut rows, mut read) = (JsonRows::new(text, 1, false), Vec::new());
        loop {
            match rows.next() {
                Ok(Some(Row { line, raw: Raw::Line(text), .. })) => read.push((line, String::from_utf8(text).unwrap())),
                Ok(Some(Row { line, raw: Raw::Cut(text), .. })) => read.push((line, format!("cut {}", text.len()))),
                Ok(Some(_)) => panic!("CSV"),
                Ok(None) => return (read, None),
                Err(error) => return (read, Some(error.to_string())),
            }
        }
    }

    fn values(text: &str) -> Vec<(u64, String)> {
        let (values, error) = read(text.as_bytes());
        assert_eq!(error, None);
        values
    }

    #[test]
    fn elements_of_an_array_are_rows() {
        let two = |first, second| vec![(first, "{\"a\":1}".to_owned()), (second, "{\"b\":\"]},{\\\"\"}".to_owned())];
        assert_eq!(values("[{\"a\":1},{\"b\":\"]},{\\\"\"}]"), two(1, 1));
        assert_eq!(values("[\n  {\"a\":1},\r\n  {\"b\":\"]},{\\\"\"}\r\n]\n"), two(2, 3));
        assert_eq!(values("[]"), []);
        assert_eq!(
            values("[ 17, \"a,]\", null, [1] ]").iter().map(|it| it.1.as_str()).collect::<Vec<_>>(),
            ["17", "\"a,]\"", "null", "[1]"]
        );
    }

    #[test]
    fn an_array_may_be_a_member() {
        let mut rows = JsonRows::new(&b"[{\"a\":1}, {\"b\":2}],\n\"next\":{\"x\":[\"}\"]}}\n"[..], 7, true);
        assert_eq!([rows.next().unwrap().unwrap().line, rows.next().unwrap().unwrap().line], [7, 7]);
        assert!(rows.next().unwrap().is_none());
        for text in ["[{}], \"next\": 1", "[{}]}\n{}"] {
            let mut rows = JsonRows::new(text.as_bytes(), 1, true);
            assert!(rows.next().is_ok() && rows.next().is_err(), "{text}");
        }
    }

    #[test]
    fn objects_may_have_several_lines() {
        let pretty = "{\n  \"a\": {\n    \"b\": 1\n  }\n}\n{\n  \"c\": 2\n}\n";
        assert_eq!(
            values(pretty),
            [(1, "{   \"a\": {     \"b\": 1   } }".to_owned()), (6, "{   \"c\": 2 }".to_owned())]
        );
    }

    #[test]
    fn what_is_cut_off_is_told() {
        for text in ["[{\"a\":1},", "[{\"a\":1},{\"b\":\"", "[{\"a\":1},{\"b\":2", "[{\"a\":1}, tru"] {
            let (rows, error) = read(text.as_bytes());
            assert_eq!(rows.len(), 1, "{text}");
            assert!(error.unwrap().contains("cut off"), "{text}");
        }
    }

    #[test]
    fn arrays_may_follow_each_other() {
        for text in ["[{\"a\":1}]\n[{\"b\":1}]\n", "[{\"a\":1}][{\"b\":1}]", "[{\"a\":1},{\"b\":1}]\n[]\n"] {
            let rows = values(text).into_iter().map(|it| it.1).collect::<Vec<_>>();
            assert_eq!(rows, ["{\"a\":1}", "{\"b\":1}"], "{text}");
        }
        assert_eq!(values("[{\"a\":1}]\nodd").last().map(|it| it.1.as_str()), Some("odd"));
    }

    #[test]
    fn a_value_that_is_too_long_is_skipped_to_its_end() {
        let long = (&b"[{\"a\":\""[..]).chain(io::repeat(b'x').take(3 * LONGEST as u64)).chain(&b"\"},{\"b\":1}]"[..]);
        assert_eq!(read(long), (vec![(1, "cut 1024".to_owned()), (1, "{\"b\":1}".to_owned())], None));
    }
}
