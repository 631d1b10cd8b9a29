//! Where an export goes, and in which form.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::Format;
use super::columns::Columns;
use crate::failure::Failure;

/// By which spreadsheets know that a file is UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

pub(super) struct Sink {
    writer: Writer,
    /// The file as it is called while it is written, and as it is to be called.
    file: Option<(PathBuf, PathBuf)>,
}

enum Writer {
    Lines(Box<dyn Write>),
    Csv(Box<csv::Writer<Box<dyn Write>>>, Columns),
}

impl Sink {
    pub(super) fn open(output: Option<&Path>, format: Format, complete: bool) -> Result<Self, Failure> {
        let file = output.map(|output| {
            let mut part = output.as_os_str().to_owned();
            part.push(".part");
            (PathBuf::from(part), output.to_owned())
        });
        let opened: io::Result<Box<dyn Write>> = match &file {
            Some((part, _)) => File::create(part).map(|file| Box::new(BufWriter::new(file)) as Box<dyn Write>),
            None => Ok(Box::new(BufWriter::new(io::stdout()))),
        };
        let writer =
            opened.and_then(|target| Writer::begin(target, format, complete)).map_err(|error| failed(&error))?;
        Ok(Self { writer, file })
    }

    pub(super) fn write(&mut self, customer: &Value) -> Result<(), Failure> {
        self.writer.write(customer).map_err(|error| failed(&error))
    }

    /// Writes what is left, and gives the file its name.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.writer.finish().map_err(|error| failed(&error))?;
        match self.file {
            Some((part, output)) => fs::rename(part, output).map_err(|error| failed(&error)),
            None => Ok(()),
        }
    }
}

impl Writer {
    fn begin(mut target: Box<dyn Write>, format: Format, complete: bool) -> io::Result<Self> {
        let ends = match format {
            Format::Ndjson => return Ok(Self::Lines(target)),
            Format::Csv => csv::Terminator::Any(b'\n'),
            Format::CsvSafe => {
                target.write_all(BYTE_ORDER_MARK)?;
                csv::Terminator::CRLF
            }
        };
        let mut csv = csv::WriterBuilder::new().terminator(ends).from_writer(target);
        let columns = Columns::new(complete, format == Format::Csv);
        csv.write_record(columns.names())?;
        Ok(Self::Csv(Box::new(csv), columns))
    }

    fn write(&mut self, customer: &Value) -> io::Result<()> {
        match self {
            Self::Lines(target) => writeln!(target, "{customer}"),
            Self::Csv(csv, columns) => csv.write_record(columns.cells(customer)).map_err(io::Error::from),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Lines(mut target) => target.flush(),
            Self::Csv(mut csv, _) => csv.flush(),
        }
    }
}

fn failed(error: &dyn std::error::Error) -> Failure {
    Failure::local("writing the customers", error)
}
