//! The rejects file: the refused rows unchanged, with their lines and all reasons, so that they can be corrected and
//! imported.

use std::borrow::Cow;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use encoding_rs::{UTF_8, WINDOWS_1252};
use serde_json::Value;

use super::charset::{Charset, decode};
use super::input::Input;
use super::options::Delimiter;
use super::place;
use super::record::Record;
use super::rows::Raw;
use crate::failure::Failure;

/// Columns that are added to CSV; an import ignores them.
const COLUMNS: [&str; 2] = ["c4w:line", "c4w:reasons"];
/// The mark of UTF-8, if the rows had another encoding.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

/// The rejects file, which is created for the first rejected row.
pub(super) struct Rejects {
    pub(super) path: PathBuf,
    form: Form,
    writer: Option<Writer>,
    /// Bytes that were written before the import was interrupted.
    length: u64,
    is_stream: bool,
    /// Whether the import was resumed, so that an existing file is its own.
    is_own: bool,
}

/// The format of the rows, which is that of the input.
struct Form {
    names: Option<ByteRecord>,
    delimiter: Delimiter,
    charset: Charset,
    /// Whether the rows were in another encoding, and are written in UTF-8.
    decoded: bool,
}

enum Writer {
    Csv(Box<csv::Writer<File>>),
    Lines(File),
}

impl Rejects {
    /// Continues after this many bytes of the file.
    ///
    /// # Errors
    /// The part that was written before is missing.
    pub(super) fn open(path: &Path, input: &Input, length: u64, resumed: bool) -> Result<Self, Failure> {
        let form = Form {
            names: input.names.clone(),
            delimiter: input.delimiter,
            charset: input.recipe.charset,
            decoded: input.recipe.decoded,
        };
        let is_stream = place::is_stream(path);
        let mut rejects =
            Self { path: path.to_owned(), form, writer: None, length, is_stream, is_own: resumed && path.is_file() };
        if length > 0 && !is_stream {
            let shown = path.display();
            let found =
                std::fs::symlink_metadata(path).ok().filter(std::fs::Metadata::is_file).map_or(0, |it| it.len());
            if found < length {
                return Err(Failure::usage(format!("{shown}, which has the rejects so far, is missing or incomplete")));
            }
            let opened = rejects.begin();
            opened.map_err(|error| Failure::local(format!("opening {shown}"), &error))?;
        }
        Ok(rejects)
    }

    /// Opens the file, which must be new or this import's own.
    fn begin(&mut self) -> io::Result<&mut Writer> {
        let mut options = OpenOptions::new();
        options.write(true);
        let mut file = if self.is_stream {
            options.open(&self.path)?
        } else if self.is_own {
            let mut file = options.open(&self.path)?;
            file.set_len(self.length)?;
            file.seek(SeekFrom::End(0))?;
            file
        } else {
            options.create_new(true).open(&self.path)?
        };
        if self.length == 0 && self.form.decoded {
            file.write_all(BYTE_ORDER_MARK)?;
        }
        let writer = match &self.form.names {
            None => Writer::Lines(file),
            Some(names) => {
                let delimiter = self.form.delimiter.byte();
                let mut csv = csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(file);
                if self.length == 0 {
                    csv.write_byte_record(&with(names, COLUMNS.map(str::as_bytes)))?;
                }
                Writer::Csv(Box::new(csv))
            }
        };
        Ok(self.writer.insert(writer))
    }

    pub(super) fn add(&mut self, record: &Record, reasons: &[String]) -> io::Result<()> {
        let charset = self.form.charset;
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.begin()?,
        };
        match (writer, &record.raw) {
            (Writer::Csv(csv), Raw::Csv(row)) => {
                let (line, reasons) = (record.line.to_string(), reasons.join("; "));
                // A file has a single encoding.
                let reasons: Cow<'_, [u8]> =
                    if charset == UTF_8 { reasons.as_bytes().into() } else { charset.encode(&reasons).0 };
                Ok(csv.write_byte_record(&with(row, [line.as_bytes(), &reasons]))?)
            }
            (Writer::Lines(file), Raw::Line(row) | Raw::Cut(row)) => {
                let (line, reasons, row) = (record.line, Value::from(reasons), as_json(row, charset));
                writeln!(file, "{{\"line\":{line},\"reasons\":{reasons},\"row\":{row}}}")
            }
            (Writer::Csv(_), Raw::Line(_) | Raw::Cut(_)) | (Writer::Lines(_), Raw::Csv(_)) => {
                Err(io::Error::other("a row of another form"))
            }
        }
    }

    /// Flushes the writer, and returns the length of the file.
    pub(super) fn flush(&mut self) -> io::Result<u64> {
        let file = match &mut self.writer {
            None => return Ok(self.length),
            Some(Writer::Csv(csv)) => {
                csv.flush()?;
                csv.get_ref()
            }
            Some(Writer::Lines(file)) => file,
        };
        if self.is_stream { Ok(0) } else { Ok(file.metadata()?.len()) }
    }
}

/// The line itself if it is JSON, otherwise as a JSON string. Bytes that are invalid in UTF-8 are read as Windows-1252,
/// in which each byte is a character, so that none is lost.
fn as_json(line: &[u8], charset: Charset) -> String {
    match decode(line, charset) {
        Some(text) if serde_json::from_str::<Value>(&text).is_ok() => text,
        text => Value::from(text.or_else(|| decode(line, WINDOWS_1252))).to_string(),
    }
}

fn with(row: &ByteRecord, more: [&[u8]; 2]) -> ByteRecord {
    let mut row = row.clone();
    more.iter().for_each(|cell| row.push_field(cell));
    row
}
