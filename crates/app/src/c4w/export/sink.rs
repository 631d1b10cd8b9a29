//! The destination and the format of an export.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::{Builder, TempPath};

use super::Format;
use super::columns::Columns;
use crate::failure::Failure;

/// The mark by which spreadsheets recognize UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();

pub(super) struct Sink {
    writer: Writer,
    /// The temporary file, which is removed if the export fails, and its final path.
    file: Option<(TempPath, PathBuf)>,
}

/// The mode of a new file, before the user's umask.
const MODE: u32 = 0o666;

enum Writer {
    Lines(Box<dyn Write>),
    Csv(Box<csv::Writer<Box<dyn Write>>>, Columns),
}

impl Sink {
    pub(super) fn open(output: Option<&Path>, format: Format, complete: bool) -> Result<Self, Failure> {
        let (target, file) = open(output).map_err(|error| failed(&error))?;
        let writer = Writer::begin(target, format, complete).map_err(|error| failed(&error))?;
        Ok(Self { writer, file })
    }

    pub(super) fn write(&mut self, customer: &Value) -> Result<(), Failure> {
        self.writer.write(customer).map_err(|error| failed(&error))
    }

    /// Writes the rest, and renames the file to its final path.
    pub(super) fn finish(self) -> Result<(), Failure> {
        self.writer.finish().map_err(|error| failed(&error))?;
        match self.file {
            Some((part, output)) => part.persist(output).map_err(|error| failed(&error.error)),
            None => Ok(()),
        }
    }
}

/// The writer of the customers, and the temporary file with its final path.
///
/// A symbolic link is followed, and the replaced file keeps its mode. Anything that is not a regular file, such as a
/// pipe, is written directly.
type Target = (Box<dyn Write>, Option<(TempPath, PathBuf)>);

fn open(output: Option<&Path>) -> io::Result<Target> {
    let Some(output) = output else { return Ok((Box::new(BufWriter::new(io::stdout())), None)) };
    let found = fs::metadata(output).ok();
    if found.as_ref().is_some_and(|it| !it.is_file()) {
        return Ok((Box::new(BufWriter::new(OpenOptions::new().write(true).open(output)?)), None));
    }
    let output = if found.is_some() { fs::canonicalize(output)? } else { output.to_owned() };
    let directory = output.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let (file, part) = Builder::new()
        .prefix(".c4w-export-")
        .suffix(".part")
        .permissions(Permissions::from_mode(MODE))
        .tempfile_in(directory)?
        .into_parts();
    if let Some(found) = found {
        file.set_permissions(found.permissions())?;
    }
    Ok((Box::new(BufWriter::<File>::new(file)), Some((part, output))))
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
