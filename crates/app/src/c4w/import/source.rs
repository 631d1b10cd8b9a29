//! The bytes of a file as text: decompressed, in UTF-8 or an ASCII-compatible encoding, without marks.

use std::fs::File;
use std::io::{self, Chain, Cursor, Read};

use encoding_rs::{UTF_8, WINDOWS_1252};
use flate2::read::MultiGzDecoder;

use super::charset::{self, Charset, Decoded};
use super::kind;
use super::options::Import;
use crate::failure::Failure;

/// How many bytes of the file are examined to determine its type. The reader waits for the writer of a pipe.
const BEGINNING: u64 = 256 * 1024;
const BEGINNING_OF_PIPE: u64 = 64 * 1024;
/// The first bytes of gzip.
const GZIP: &[u8] = b"\x1F\x8B";
/// The end-of-file character of CP/M and DOS, which some programs still write.
const END_OF_TEXT: u8 = 0x1A;

/// A file that was opened and examined.
pub(super) struct Source {
    /// The text after `beginning`.
    pub(super) rest: Box<dyn Read + Send>,
    /// The beginning of the text.
    pub(super) beginning: Vec<u8>,
    /// Whether there is more than the beginning.
    pub(super) has_more: bool,
    /// The encoding of each value: text in encodings other than this and UTF-8 has already been decoded to UTF-8.
    pub(super) charset: Charset,
    /// The original encoding of the text, if it was decoded.
    pub(super) decoded_from: Option<Charset>,
    /// Whether the encoding was not declared.
    pub(super) guessed: bool,
    /// The length of the file in bytes, if known.
    pub(super) length: Option<u64>,
    /// The length of the text in bytes, if known.
    pub(super) text_length: Option<u64>,
}

/// A reader, preceded by what was already read from it.
type Again = Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

impl Source {
    /// Opens the file.
    pub(super) fn open(options: &Import) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::local(format!("reading {}", options.file.display()), &error);
        let (file, length) = open(options).map_err(failed)?;
        let looked_at = if length.is_some() { BEGINNING } else { BEGINNING_OF_PIPE };
        let (packed, mut source) = again(file, looked_at).map_err(failed)?;
        let is_packed = packed.starts_with(GZIP);
        let mut beginning = packed;
        if is_packed {
            (beginning, source) = again(Box::new(Unpacked(MultiGzDecoder::new(source))), looked_at).map_err(failed)?;
        }
        let named = |what: String| Failure::usage(format!("{} is {what}", options.shown()));
        if let Some(what) = kind::not_text(&beginning) {
            return Err(named(what));
        }
        let guess = charset::guess(&beginning, options.encoding);
        io::copy(&mut source.by_ref().take(u64::try_from(guess.mark).unwrap_or_default()), &mut io::sink())
            .map_err(failed)?;
        let is_decoded = ![UTF_8, WINDOWS_1252].contains(&guess.charset);
        let text: Box<dyn Read + Send> =
            if is_decoded { Box::new(Decoded::new(source, guess.charset)) } else { Box::new(source) };
        let text = Box::new(WithoutEnd::new(text));
        let (beginning, rest) = again(text, looked_at).map_err(failed)?;
        let has_more = u64::try_from(beginning.len()).unwrap_or(u64::MAX) >= looked_at;
        if beginning.trim_ascii().is_empty() && !has_more && !options.is_ndjson() {
            return Err(named("empty; if it is an export of no customers, say --format ndjson".to_owned()));
        }
        if let Some(what) = kind::not_a_table(&beginning) {
            return Err(named(what));
        }
        Ok(Self {
            rest: rest.into_inner().1,
            has_more,
            beginning,
            charset: if is_decoded { UTF_8 } else { guess.charset },
            decoded_from: is_decoded.then_some(guess.charset),
            guessed: guess.guessed,
            length,
            text_length: length.filter(|_| !is_packed && !is_decoded),
        })
    }
}

/// The contents of a gzip file. A truncated file is an error that says so.
struct Unpacked<R>(R);

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.kind() {
            kind @ io::ErrorKind::UnexpectedEof => io::Error::new(kind, "the gzip file was cut off"),
            _ => error,
        })
    }
}

/// The beginning of a reader, and a reader of all of it.
fn again(mut reader: Box<dyn Read + Send>, looked_at: u64) -> io::Result<(Vec<u8>, Again)> {
    let mut beginning = Vec::new();
    reader.by_ref().take(looked_at).read_to_end(&mut beginning)?;
    Ok((beginning.clone(), Cursor::new(beginning).chain(reader)))
}

fn open(options: &Import) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if options.is_standard_input() {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(&options.file)?;
    let length = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|it| it.len());
    Ok((Box::new(file), length))
}

/// Holds back marks of the end of text, and drops them at the end of the file.
struct WithoutEnd {
    inner: Box<dyn Read + Send>,
    /// The number of marks that were read and not passed on.
    held: usize,
    /// Text to pass on, from this byte on.
    text: Vec<u8>,
    given: usize,
}

/// The number of bytes read at once.
const PIECE: usize = 16 * 1024;

impl WithoutEnd {
    const fn new(inner: Box<dyn Read + Send>) -> Self {
        Self { inner, held: 0, text: Vec::new(), given: 0 }
    }
}

impl Read for WithoutEnd {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            let mut piece = vec![0; buffer.len().clamp(1, PIECE)];
            let read = self.inner.read(&mut piece)?;
            if read == 0 {
                return Ok(0);
            }
            let marks = piece[..read].iter().rev().take_while(|byte| **byte == END_OF_TEXT).count();
            let text = &piece[..read - marks];
            self.text.clear();
            self.given = 0;
            if text.is_empty() {
                self.held += marks;
            } else {
                self.text.resize(std::mem::replace(&mut self.held, marks), END_OF_TEXT);
                self.text.extend_from_slice(text);
            }
        }
        let length = buffer.len().min(self.text.len() - self.given);
        buffer[..length].copy_from_slice(&self.text[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_end(text: &'static [u8], buffer: usize) -> Vec<u8> {
        let (mut reader, mut read) = (WithoutEnd::new(Box::new(text)), Vec::new());
        let mut piece = vec![0; buffer];
        loop {
            match reader.read(&mut piece).unwrap() {
                0 => return read,
                length => read.extend_from_slice(&piece[..length]),
            }
        }
    }

    #[test]
    fn a_gzip_file_that_was_cut_off_is_named() {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packed, b"email\na@example.org\n").unwrap();
        let packed = packed.finish().unwrap();
        let read = |bytes: &[u8]| Unpacked(MultiGzDecoder::new(bytes)).read_to_end(&mut Vec::new());
        assert_eq!(read(&packed).unwrap(), 20);
        for length in [11, packed.len() - 12, packed.len() - 1] {
            assert_eq!(read(&packed[..length]).unwrap_err().to_string(), "the gzip file was cut off", "{length}");
        }
    }

    #[test]
    fn a_mark_ends_the_text_only_at_its_end() {
        for buffer in [1, 2, 3, 100] {
            assert_eq!(without_end(b"a\nb\n\x1a", buffer), b"a\nb\n");
            assert_eq!(without_end(b"a\x1a\x1a", buffer), b"a");
            assert_eq!(without_end(b"a\x1a\x1a\x1ab", buffer), b"a\x1a\x1a\x1ab", "{buffer}");
            assert_eq!(without_end(b"", buffer), b"");
        }
    }
}
