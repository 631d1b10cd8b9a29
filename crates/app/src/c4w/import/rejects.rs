//! The rows that were refused: as they were, with their lines and every reason, so that they can be mended and imported.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::PathBuf;

use csv::ByteRecord;
use serde_json::Value;

use super::input::Input;
use super::options::Encoding;
use super::record::{Record, decode};
use super::rows::Raw;

/// Columns that are added to CSV; an import ignores them.
const COLUMNS: [&str; 2] = ["c4w:line", "c4w:reasons"];

pub(super) struct Rejects {
    pub(super) path: PathBuf,
    writer: Writer,
}

enum Writer {
    Csv(Box<csv::Writer<File>>),
    Lines(File, Encoding),
}

impl Rejects {
    /// Goes on behind so many bytes of the file.
    pub(super) fn open(path: PathBuf, input: &Input, length: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        let writer = match &input.head {
            None => Writer::Lines(file, input.recipe.encoding),
            Some((names, delimiter)) => {
                let mut csv = csv::WriterBuilder::new().delimiter(delimiter.byte()).flexible(true).from_writer(file);
                if length == 0 {
                    csv.write_byte_record(&with(names, COLUMNS.map(str::as_bytes)))?;
                }
                Writer::Csv(Box::new(csv))
            }
        };
        Ok(Self { path, writer })
    }

    pub(super) fn add(&mut self, record: &Record, reasons: &[String]) -> io::Result<()> {
        match (&mut self.writer, &record.raw) {
            (Writer::Csv(csv), Raw::Csv(row)) => {
                let (line, reasons) = (record.line.to_string(), reasons.join("; "));
                Ok(csv.write_byte_record(&with(row, [line.as_bytes(), reasons.as_bytes()]))?)
            }
            (Writer::Lines(file, encoding), Raw::Line(row) | Raw::Cut(row)) => {
                let (line, reasons, row) = (record.line, Value::from(reasons), as_json(row, *encoding));
                writeln!(file, "{{\"line\":{line},\"reasons\":{reasons},\"row\":{row}}}")
            }
            (Writer::Csv(_), Raw::Line(_) | Raw::Cut(_)) | (Writer::Lines(..), Raw::Csv(_)) => {
                Err(io::Error::other("a row of another form"))
            }
        }
    }

    /// Writes what is still in memory, and tells how long the file is.
    pub(super) fn flush(&mut self) -> io::Result<u64> {
        let file = match &mut self.writer {
            Writer::Csv(csv) => {
                csv.flush()?;
                csv.get_ref()
            }
            Writer::Lines(file, _) => file,
        };
        Ok(file.metadata()?.len())
    }
}

/// The line itself if it is JSON, else a text of it. Bytes that are no UTF-8 are taken for Windows-1252, in which each byte
/// is a letter, so that none is lost.
fn as_json(line: &[u8], encoding: Encoding) -> String {
    match decode(line, encoding) {
        Some(text) if serde_json::from_str::<Value>(&text).is_ok() => text,
        text => Value::from(text.or_else(|| decode(line, Encoding::Windows1252))).to_string(),
    }
}

fn with(row: &ByteRecord, more: [&[u8]; 2]) -> ByteRecord {
    let mut row = row.clone();
    more.iter().for_each(|cell| row.push_field(cell));
    row
}
