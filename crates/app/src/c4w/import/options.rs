//! The command line of an import.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::body::Field;

#[derive(Args)]
pub(crate) struct Import {
    /// The file; - is standard input
    pub(super) file: PathBuf,
    /// Its form [default: by the file's name, and else by its first byte]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// What is between the values of CSV [default: what the first line has most]
    #[arg(long, value_enum)]
    pub(super) delimiter: Option<Delimiter>,
    /// How its letters are encoded [default: utf-8, unless its beginning is not]
    #[arg(long, value_enum)]
    pub(super) encoding: Option<Encoding>,
    /// Keep an apostrophe before what a spreadsheet would take for a formula, a number or a missing value
    #[arg(long)]
    pub(super) exact: bool,
    /// Which field a column is; an empty one is ignored. Can be repeated
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = column)]
    pub(super) columns: Vec<(String, String)>,
    /// A TOML file of such: "COLUMN" = "FIELD"
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
    /// Ignore columns that are no field
    #[arg(long)]
    pub(super) ignore_unmapped: bool,
    /// A field that every customer gets, as of `customer create`. Can be repeated
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = Field::parse)]
    pub(super) constants: Vec<Field>,
    /// Through which door the customers came, unless the file says so
    #[arg(long, default_value = "external", value_name = "SOURCE")]
    pub(super) source: String,
    /// All of them have accepted privacy policy and terms of use
    #[arg(long)]
    pub(super) accept_policies: bool,
    /// The organization [default: the service's own]
    #[arg(long, value_name = "ID")]
    pub(super) organization: Option<String>,
    /// Values that identify a customer: phoneNumber, email, extId, extProp1, extProp2, guid
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(super) deduplicate: Vec<String>,
    /// Where rows go that were refused, with their lines and reasons [default: FILE.rejects]
    #[arg(long, value_name = "FILE")]
    pub(super) rejects: Option<PathBuf>,
    /// Tell what would become of the rows, and write nothing but the rejects (Guestbook only)
    #[arg(long, conflicts_with = "resume")]
    pub(super) dry_run: bool,
    /// Go on where an import of this file was interrupted
    #[arg(long)]
    pub(super) resume: bool,
    /// Where it is kept how far the import has come [default: FILE.c4w-import]
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// Requests at a time, where each takes one customer (Cloud4Wi)
    #[arg(long, default_value_t = 8, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(super) parallel: u16,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// CSV with a line of names
    Csv,
    /// Lines of JSON, each the body of a creation
    Ndjson,
}

/// What is between values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Delimiter {
    Comma,
    Semicolon,
    Tab,
}

/// How letters are encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Encoding {
    #[value(name = "utf-8")]
    Utf8,
    #[value(name = "windows-1252")]
    Windows1252,
}

impl Delimiter {
    pub(super) const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

impl Import {
    /// Whether the file is standard input.
    pub(super) fn is_standard_input(&self) -> bool {
        self.file.as_os_str() == "-"
    }

    /// The file's name with this behind it.
    pub(super) fn beside(&self, end: &str) -> PathBuf {
        let name = if self.is_standard_input() { "stdin".into() } else { self.file.as_os_str().to_owned() };
        let mut name = name;
        name.push(end);
        PathBuf::from(name)
    }
}

fn column(text: &str) -> Result<(String, String), String> {
    let (column, field) = text.rsplit_once('=').ok_or("it must be COLUMN=FIELD")?;
    Ok((column.to_owned(), field.to_owned()))
}
