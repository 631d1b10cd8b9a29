//! The file: its form, its encoding, its rows.

use std::fs::File;
use std::io::{self, Cursor, Read};

use csv::ByteRecord;

use super::ahead::Ahead;
use super::mapping;
use super::options::{Delimiter, Encoding, Format, Import};
use super::record::{Recipe, decode};
use super::rows::{Broken, Raw, Row, Rows};
use crate::export::columns::EXACT;
use crate::failure::Failure;

/// How much of the file is looked at to tell what it is.
const BEGINNING: u64 = 64 * 1024;
/// Why a row is refused whose quotes are not in order.
const QUOTES: &str =
    "a value within quotes does not end where its quote is closed; rows that follow may stand within it";
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file that was opened and looked at.
pub(super) struct Input {
    rows: Rows<Source>,
    pub(super) recipe: Recipe,
    /// What it begins with, by which it is known again.
    pub(super) beginning: Vec<u8>,
    /// Bytes of the whole, when they can be known.
    pub(super) length: Option<u64>,
    /// Of CSV: its names, and what is between them.
    pub(super) head: Option<(ByteRecord, Delimiter)>,
}

/// The file, with what was looked at before the rest.
type Source = io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

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
        let mut rows = Rows::new(Cursor::new(text).chain(file), format, delimiter);
        let head = match format {
            Format::Ndjson => None,
            Format::Csv => Some((names(&mut rows)?, delimiter)),
        };
        let mapping = match &head {
            Some((names, _)) => {
                mapping::of(&names.iter().map(|name| decoded(name, encoding)).collect::<Vec<_>>(), options)?
            }
            None => Vec::new(),
        };
        let mut recipe = Recipe::new(options, encoding, mapping, organization);
        recipe.exact |= head.iter().any(|(names, _)| names.iter().any(|name| name == EXACT.as_bytes()));
        Ok(Self { rows, recipe, beginning, length, head })
    }

    /// Hands on every row but so many of the first, until nobody takes them.
    pub(super) fn read(mut self, skipped: u64, ahead: &Ahead) -> Result<(), Broken> {
        let (mut rows, mut number) = (0, 1);
        while let Some(row) = self.rows.next()? {
            let customer = if row.in_order { self.recipe.customer(&row.raw) } else { Err(QUOTES.to_owned()) };
            let sent = customer.is_ok();
            rows += 1;
            if rows > skipped && !ahead.hand_on(row, number, customer) {
                break;
            }
            number += u64::from(sent);
        }
        Ok(())
    }
}

/// The names of the columns, which an empty file has none of.
fn names(rows: &mut Rows<Source>) -> Result<ByteRecord, Broken> {
    match rows.next()? {
        Some(Row { raw: Raw::Csv(names), .. }) => Ok(names),
        _ => Ok(ByteRecord::new()),
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
    decode(bytes, encoding).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()).trim().to_owned()
}
