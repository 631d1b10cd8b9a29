//! The raw rows of a file, in order, each within a memory bound.

mod csv;
mod json;
mod lines;
mod short;

use std::io::{self, Read};

use ::csv::ByteRecord;

use self::csv::CsvRows;
use self::json::JsonRows;
use self::lines::LineRows;
use super::options::Delimiter;
use crate::failure::Failure;

/// The maximum length of a row in bytes. Guestbook accepts no longer body, and the longest valid customer takes less
/// than half of that in UTF-8.
pub(super) const LONGEST: usize = 1024 * 1024;

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// Whether every quote that opens a value is closed where the value ends.
    pub(super) in_order: bool,
    /// The offset of its end in the file.
    pub(super) end: u64,
    pub(super) raw: Raw,
}

/// A row as it is in the file.
#[derive(Debug)]
pub(super) enum Raw {
    Csv(ByteRecord),
    Line(Vec<u8>),
    /// The beginning of a line that is too long.
    Cut(Vec<u8>),
}

/// A reason why reading stops before the end of the file.
#[derive(Debug)]
pub(super) enum Broken {
    Unreadable(io::Error),
    /// The file was truncated.
    Cut(io::Error),
    /// The row is too long, and its end is unknown.
    Row {
        line: u64,
        /// The offset of its beginning in the file.
        begin: u64,
    },
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Csv {
        delimiter: Delimiter,
        /// The line of the names, counted from 1.
        line: u64,
    },
    /// A JSON value on each line.
    Lines,
    /// A JSON array, or values over several lines.
    Values {
        /// The line on which the text begins, counted from 1.
        line: u64,
        /// Whether the array is a member of an object.
        wrapped: bool,
    },
}

/// The rows of a file of either format.
pub(super) enum Rows<R> {
    Csv(Box<CsvRows<R>>),
    Lines(LineRows<R>),
    Values(JsonRows<R>),
}

impl<R: Read> Rows<R> {
    pub(super) fn new(source: R, form: Form) -> Self {
        match form {
            Form::Csv { delimiter, line } => Self::Csv(Box::new(CsvRows::new(source, delimiter.byte(), line))),
            Form::Lines => Self::Lines(LineRows::new(source)),
            Form::Values { line, wrapped } => Self::Values(JsonRows::new(source, line, wrapped)),
        }
    }

    /// The column names of CSV; an empty file has none. Rows are then read with that many cells.
    pub(super) fn names(&mut self) -> Result<ByteRecord, Broken> {
        match self {
            Self::Csv(rows) => rows.names(),
            Self::Lines(_) | Self::Values(_) => Ok(ByteRecord::new()),
        }
    }

    /// The next row that is not blank.
    pub(super) fn next(&mut self) -> Result<Option<Row>, Broken> {
        match self {
            Self::Csv(rows) => rows.next(),
            Self::Lines(rows) => Ok(rows.next()?),
            Self::Values(rows) => Ok(rows.next()?),
        }
    }
}

impl Raw {
    /// The number of cells; a line of JSON has none.
    pub(super) fn cells(&self) -> usize {
        if let Self::Csv(record) = self { record.len() } else { 0 }
    }

    /// The approximate memory of the row.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Csv(record) => record.as_slice().len() + record.len() * size_of::<usize>(),
            Self::Line(line) | Self::Cut(line) => line.len(),
        }
    }
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof { Self::Cut(error) } else { Self::Unreadable(error) }
    }
}

impl From<Broken> for Failure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Unreadable(error) => Self::local("reading the file", &error),
            Broken::Cut(error) => Self::Local(format!("{error}; replace it with the whole file before you go on")),
            Broken::Row { line, .. } => Self::Local(format!(
                "the row on line {line} is longer than 1 MiB, as when a quote is opened in it and not closed; mend the file \
                 before you go on"
            )),
        }
    }
}
