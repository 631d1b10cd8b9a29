//! The command line of an import.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use domain::value::Country;

use super::charset::Charset;
use super::dates::DateFormat;
use super::presets::Preset;
use crate::body::Field;

#[derive(Args)]
pub(crate) struct Import {
    /// The file; - is standard input
    pub(super) file: PathBuf,
    /// The format [default: by the file's name, or else by its first byte]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,
    /// The delimiter of CSV: comma, semicolon, tab, pipe, or a character [default: detected in the first line]
    #[arg(long, value_parser = Delimiter::parse)]
    pub(super) delimiter: Option<Delimiter>,
    /// The encoding, such as utf-8, utf-16le, windows-1252 [default: detected]
    #[arg(long, value_name = "NAME", value_parser = charset)]
    pub(super) encoding: Option<Charset>,
    /// Keep an apostrophe before a text that a spreadsheet would read as a formula, a number or a missing value, and
    /// read every text of JSON unchanged
    #[arg(long)]
    pub(super) exact: bool,
    /// The field of a column or a JSON member; an empty field ignores it. "Email#2" is the second column of that name,
    /// "#5" the fifth column. Can be repeated
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = column)]
    pub(super) columns: Vec<(String, String)>,
    /// A TOML file with such mappings: "COLUMN" = "FIELD"
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
    /// The column names of another system's export; --map and --mapping take precedence
    #[arg(long, value_enum, value_name = "SYSTEM")]
    pub(super) preset: Option<Preset>,
    /// Ignore columns and JSON members that are not fields
    #[arg(long)]
    pub(super) ignore_unmapped: bool,
    /// A text that marks a missing value, such as NA. Can be repeated [default: detected, and reported]
    #[arg(long, value_name = "TEXT")]
    pub(super) null: Vec<String>,
    /// An additional word for yes. Can be repeated
    #[arg(long, value_name = "WORD")]
    pub(super) yes: Vec<String>,
    /// An additional word for no. Can be repeated
    #[arg(long, value_name = "WORD")]
    pub(super) no: Vec<String>,
    /// How birth dates are written, such as %d.%m.%Y, DD/MM/YYYY or D MMMM YYYY [default: YYYY-MM-DD]
    #[arg(long, value_name = "FORMAT", value_parser = DateFormat::parse)]
    pub(super) date_format: Option<DateFormat>,
    /// Read names of countries and languages, titles and words for genders, such as Deutschland, Italiano, Mrs
    #[arg(long)]
    pub(super) names: bool,
    /// The country of telephone numbers without a country code, such as IT
    #[arg(long, value_name = "COUNTRY", value_parser = region)]
    pub(super) default_region: Option<Country>,
    /// Import a customer without its invalid optional values, and report them
    #[arg(long)]
    pub(super) drop_bad_values: bool,
    /// A field that every customer gets, as with `customer create`. Can be repeated
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = Field::parse)]
    pub(super) constants: Vec<Field>,
    /// The channel by which the customers came, unless the file has one
    #[arg(long, default_value = "external", value_name = "SOURCE")]
    pub(super) source: String,
    /// All of them have accepted privacy policy and terms of use, unless the file says otherwise; replaces a known customer's
    /// withdrawal
    #[arg(long)]
    pub(super) accept_policies: bool,
    /// The organization [default: the service's own]
    #[arg(long, value_name = "ID")]
    pub(super) organization: Option<String>,
    /// Values that identify a customer: phoneNumber, email, extId, extProp1, extProp2, guid
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub(super) deduplicate: Vec<String>,
    /// The file for rejected rows, with their lines and reasons [default: FILE.rejects]
    #[arg(long, value_name = "FILE")]
    pub(super) rejects: Option<PathBuf>,
    /// Report what would become of the rows, and write only the rejects (Guestbook only)
    #[arg(long, conflicts_with = "resume")]
    pub(super) dry_run: bool,
    /// Continue an interrupted import of this file
    #[arg(long)]
    pub(super) resume: bool,
    /// The file that records the progress of the import [default: FILE.c4w-import]
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// Concurrent requests, if each carries one customer (Cloud4Wi)
    #[arg(long, default_value_t = 8, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(super) parallel: u16,
}

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// CSV with a line of names
    Csv,
    /// JSON: a customer on each line, an array of customers, or customers over several lines
    #[value(alias = "json")]
    Ndjson,
}

/// The character that separates values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Delimiter(u8);

impl Delimiter {
    pub(super) const COMMA: Self = Self(b',');
    /// The delimiters that are detected, the most common ones first.
    pub(super) const FOUND: [Self; 4] = [Self::COMMA, Self(b';'), Self(b'\t'), Self(b'|')];

    /// Parses a single ASCII character, or its name.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match (text, text.as_bytes()) {
            ("comma", _) => Ok(Self::COMMA),
            ("semicolon", _) => Ok(Self(b';')),
            ("tab" | "\\t", _) => Ok(Self(b'\t')),
            ("pipe", _) => Ok(Self(b'|')),
            (_, [byte])
                if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n' | 0) && !byte.is_ascii_alphanumeric() =>
            {
                Ok(Self(*byte))
            }
            _ => Err("it must be comma, semicolon, tab, pipe, or one other sign".to_owned()),
        }
    }

    pub(super) const fn byte(self) -> u8 {
        self.0
    }
}

impl Import {
    /// Whether the file is standard input.
    pub(super) fn is_standard_input(&self) -> bool {
        self.file.as_os_str() == "-"
    }

    /// Whether the user or the file's name says that it contains lines of JSON, so that an empty file has no customers.
    pub(super) fn is_ndjson(&self) -> bool {
        let name = self.file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        self.format
            .map_or_else(|| [".ndjson", ".jsonl"].iter().any(|end| name.ends_with(end)), |it| it == Format::Ndjson)
    }

    /// The file's name in messages.
    pub(super) fn shown(&self) -> String {
        if self.is_standard_input() { "standard input".to_owned() } else { self.file.display().to_string() }
    }

    /// The file's name with this suffix. A path that only this process has, such as a pipe of the shell, has no
    /// directory, so the result is in the current directory.
    pub(super) fn beside(&self, end: &str) -> PathBuf {
        let nowhere = self.is_standard_input() || ["/dev", "/proc"].iter().any(|root| self.file.starts_with(root));
        let mut name = if nowhere { "stdin".into() } else { self.file.as_os_str().to_owned() };
        name.push(end);
        PathBuf::from(name)
    }
}

fn charset(text: &str) -> Result<Charset, String> {
    encoding_rs::Encoding::for_label(text.as_bytes()).ok_or_else(|| {
        "it is not the name of an encoding, such as utf-8, utf-16le, windows-1252 or iso-8859-2".to_owned()
    })
}

fn region(text: &str) -> Result<Country, String> {
    Country::parse(text).map_err(|error| error.to_string())
}

fn column(text: &str) -> Result<(String, String), String> {
    let (column, field) = text.rsplit_once('=').ok_or("it must be COLUMN=FIELD")?;
    Ok((column.to_owned(), field.to_owned()))
}
