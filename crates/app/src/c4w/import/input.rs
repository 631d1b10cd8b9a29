//! The file: its form, its encoding, its rows.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use csv::ByteRecord;
use tokio::sync::mpsc::Sender;

use super::mapping;
use super::options::{Delimiter, Encoding, Format, Import};
use super::record::{Raw, Recipe, Record};
use super::scan::{Begun, Scan};
use crate::failure::Failure;

/// How much of the file is looked at to tell what it is.
const BEGINNING: u64 = 64 * 1024;
/// Why a row is refused whose quotes are not in order.
const QUOTES: &str =
    "a value within quotes does not end where its quote is closed; rows that follow may stand within it";
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file that was opened and looked at.
pub(super) struct Input {
    rows: Rows,
    pub(super) recipe: Recipe,
    /// What it begins with, by which it is known again.
    pub(super) beginning: Vec<u8>,
    /// Bytes of the whole, when they can be known.
    pub(super) length: Option<u64>,
    /// Bytes that were read.
    pub(super) position: Arc<AtomicU64>,
    /// Of CSV: its names, and what is between them.
    pub(super) head: Option<(ByteRecord, Delimiter)>,
}

enum Rows {
    Csv(Box<csv::Reader<Scan<Source>>>),
    /// And how many lines were read.
    Lines(BufReader<Source>, u64),
}

/// The file, with what was looked at before the rest.
type Source = Counted<io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>>;

/// Counts what is read.
struct Counted<R> {
    inner: R,
    position: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.position.fetch_add(u64::try_from(read).unwrap_or_default(), Ordering::Relaxed);
        Ok(read)
    }
}

impl Input {
    /// Opens the file and reads its names, if it has such.
    pub(super) fn open(options: &Import, organization: String) -> Result<Self, Failure> {
        let failed = |error: io::Error| Failure::local(format!("reading {}", options.file.display()), &error);
        let (mut file, length) = open(options).map_err(failed)?;
        let mut beginning = Vec::new();
        file.by_ref().take(BEGINNING).read_to_end(&mut beginning).map_err(failed)?;
        let encoding = options.encoding.unwrap_or_else(|| encoding(&beginning));
        let text = beginning.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&beginning).to_vec();
        let format = options.format.unwrap_or_else(|| format(options, &text));
        let delimiter = options.delimiter.unwrap_or_else(|| delimiter(&text));
        let position = Arc::new(AtomicU64::new(0));
        let source = Counted { inner: Cursor::new(text).chain(file), position: position.clone() };
        let (rows, head) = match format {
            Format::Ndjson => (Rows::Lines(BufReader::new(source), 0), None),
            Format::Csv => {
                let mut csv = csv::ReaderBuilder::new()
                    .delimiter(delimiter.byte())
                    .flexible(true)
                    .from_reader(Scan::new(source, delimiter.byte()));
                let head = csv.byte_headers().map_err(|error| failed(error.into()))?.clone();
                csv.get_mut().next();
                (Rows::Csv(Box::new(csv)), Some((head, delimiter)))
            }
        };
        let mapping = match &head {
            Some((names, _)) => {
                mapping::of(&names.iter().map(|name| decoded(name, encoding)).collect::<Vec<_>>(), options)?
            }
            None => Vec::new(),
        };
        let recipe = Recipe::new(options, encoding, mapping, organization);
        Ok(Self { rows, recipe, beginning, length, position, head })
    }

    /// Hands on every row but so many of the first, until nobody takes them.
    pub(super) fn read(mut self, skipped: u64, records: &Sender<Record>) -> Result<(), Failure> {
        let (mut rows, mut number) = (0, 1);
        while let Some((Begun { line, in_order }, raw)) =
            self.rows.next().map_err(|error| Failure::local("reading the file", &error))?
        {
            let customer = if in_order { self.recipe.customer(&raw) } else { Err(QUOTES.to_owned()) };
            let sent = customer.is_ok();
            rows += 1;
            if rows > skipped && records.blocking_send(Record { line, number, raw, customer }).is_err() {
                break;
            }
            number += u64::from(sent);
        }
        Ok(())
    }
}

impl Rows {
    /// The next row that is not blank, with the line on which it begins.
    fn next(&mut self) -> io::Result<Option<(Begun, Raw)>> {
        match self {
            Self::Csv(csv) => next_record(csv),
            Self::Lines(lines, number) => next_line(lines, number),
        }
    }
}

/// A row in which every cell is empty is blank: spreadsheets write such below what they hold.
fn next_record(csv: &mut csv::Reader<Scan<Source>>) -> io::Result<Option<(Begun, Raw)>> {
    loop {
        let mut record = ByteRecord::new();
        if !csv.read_byte_record(&mut record)? {
            return Ok(None);
        }
        let begun = csv.get_mut().next().ok_or_else(|| io::Error::other("a row of which no byte was seen"))?;
        if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
            return Ok(Some((begun, Raw::Csv(record))));
        }
    }
}

fn next_line(lines: &mut BufReader<Source>, number: &mut u64) -> io::Result<Option<(Begun, Raw)>> {
    loop {
        let mut line = Vec::new();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        *number += 1;
        let line = line.trim_ascii();
        if !line.is_empty() {
            let begun = Begun { line: *number, in_order: true };
            return Ok(Some((begun, Raw::Line(line.to_vec()))));
        }
    }
}

fn open(options: &Import) -> io::Result<(Box<dyn Read + Send>, Option<u64>)> {
    if options.is_standard_input() {
        return Ok((Box::new(io::stdin()), None));
    }
    let file = File::open(&options.file)?;
    let length = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|it| it.len());
    Ok((Box::new(file), length))
}

/// UTF-8, unless what it begins with is not. The last letter may be cut off.
fn encoding(beginning: &[u8]) -> Encoding {
    match std::str::from_utf8(beginning) {
        Err(error) if error.error_len().is_some() => Encoding::Windows1252,
        _ => Encoding::Utf8,
    }
}

fn format(options: &Import, text: &[u8]) -> Format {
    let end = options.file.extension().and_then(|end| end.to_str()).unwrap_or_default().to_ascii_lowercase();
    match end.as_str() {
        "ndjson" | "jsonl" | "json" => Format::Ndjson,
        "csv" | "tsv" | "txt" => Format::Csv,
        _ if text.trim_ascii_start().starts_with(b"{") => Format::Ndjson,
        _ => Format::Csv,
    }
}

/// What the first line has most of.
fn delimiter(text: &[u8]) -> Delimiter {
    let first = text.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |delimiter: &Delimiter| first.iter().filter(|byte| **byte == delimiter.byte()).count();
    // Of equals the last would be taken; a comma is the usual one.
    Delimiter::ALL.into_iter().rev().max_by_key(count).unwrap_or(Delimiter::Comma)
}

fn decoded(bytes: &[u8], encoding: Encoding) -> String {
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes).trim().to_owned(),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.trim().to_owned(),
    }
}
