//! A row of the file, and the customer that it is.

use c4w_client::Body;
use csv::ByteRecord;
use encoding_rs::WINDOWS_1252;
use http_api::{Malformed, parse_json};
use serde_json::{Map, Value};
use tokio::sync::OwnedSemaphorePermit;

use super::exported;
use super::mapping::Mapping;
use super::options::{Encoding, Import};
use super::rows::Raw;
use crate::body::{Field, accept_policies, value_of};
use crate::failure::Failure;
use crate::spreadsheet::unprotect;

/// A row of the file.
#[derive(Debug)]
pub(super) struct Record {
    /// The line on which it begins, from 1 on.
    pub(super) line: u64,
    /// Which of the rows that are sent it is, from 1 on.
    pub(super) number: u64,
    /// Bytes of the file up to its end.
    pub(super) end: u64,
    pub(super) raw: Raw,
    /// The customer as JSON, or what is wrong with the row before anybody is asked.
    pub(super) customer: Result<Vec<u8>, String>,
    /// What it takes of the memory that there is for rows.
    pub(super) _room: OwnedSemaphorePermit,
}

/// Members of a line of rejects.
const REJECT: [&str; 3] = ["line", "reasons", "row"];

/// How a row becomes a customer.
pub(super) struct Recipe {
    pub(super) encoding: Encoding,
    /// No value of CSV was protected from spreadsheets.
    pub(super) exact: bool,
    /// Of CSV.
    mapping: Mapping,
    /// What every customer has, whatever its row says.
    constants: Vec<Field>,
    accept_policies: bool,
    /// What a customer has unless its row says otherwise.
    source: String,
    organization: String,
}

impl Recipe {
    pub(super) fn new(options: &Import, encoding: Encoding, mapping: Mapping, organization: String) -> Self {
        Self {
            encoding,
            exact: options.exact,
            mapping,
            constants: options.constants.clone(),
            accept_policies: options.accept_policies,
            source: options.source.clone(),
            organization,
        }
    }

    /// The customer that a row is.
    pub(super) fn customer(&self, raw: &Raw) -> Result<Vec<u8>, String> {
        let mut body = match raw {
            Raw::Csv(record) => self.of_cells(record)?,
            Raw::Line(line) => self.of_line(line)?,
            Raw::Cut(_) => return Err("it is longer than 1 MiB; this is its beginning".to_owned()),
        };
        self.complete(&mut body).map_err(|failure| failure.to_string())?;
        Ok(Value::Object(body).to_string().into_bytes())
    }

    fn of_cells(&self, record: &ByteRecord) -> Result<Body, String> {
        if record.len() != self.mapping.len() {
            return Err(format!("it has {} values, and the first line {}", record.len(), self.mapping.len()));
        }
        let mut body = Map::new();
        for (cell, field) in record.iter().zip(&self.mapping) {
            let (Some(field), false) = (field, cell.trim_ascii().is_empty()) else { continue };
            let value = self.text(cell)?;
            let value = if self.exact { value.as_str() } else { unprotect(&value) };
            Field::new(field.clone(), cell_value(field, value)).put_into(&mut body).map_err(|it| it.to_string())?;
        }
        Ok(body)
    }

    fn of_line(&self, line: &[u8]) -> Result<Body, String> {
        match parse_json(self.text(line)?.as_bytes()).map(unwrapped) {
            Ok(Value::Object(mut body)) => {
                exported::into_creation(&mut body);
                Ok(body)
            }
            Ok(_) => Err("it is no JSON object".to_owned()),
            Err(Malformed { column, .. }) => {
                Err(format!("it is no JSON, or has a member twice or an integer beyond 64 bits, at column {column}"))
            }
        }
    }

    fn text(&self, bytes: &[u8]) -> Result<String, String> {
        decode(bytes, self.encoding).ok_or_else(|| "it is not UTF-8".to_owned())
    }

    /// Null says nothing, and so what is told of all customers is told of this one.
    fn complete(&self, body: &mut Body) -> Result<(), Failure> {
        body.retain(|_, value| !value.is_null());
        // What is no object is wrong, and the server says so with the rest.
        if self.accept_policies && body.get("policies").is_none_or(Value::is_object) {
            accept_policies(body)?;
        }
        for constant in &self.constants {
            constant.put_into(body)?;
        }
        body.entry("source").or_insert_with(|| Value::String(self.source.clone()));
        body.entry("organizationId").or_insert_with(|| Value::String(self.organization.clone()));
        Ok(())
    }
}

/// The text that these bytes are, if they are one.
pub(super) fn decode(bytes: &[u8], encoding: Encoding) -> Option<String> {
    match encoding {
        Encoding::Utf8 => std::str::from_utf8(bytes).ok().map(str::to_owned),
        Encoding::Windows1252 => Some(WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()),
    }
}

/// What was rejected stands within what was told of it, when it comes again.
fn unwrapped(mut row: Value) -> Value {
    while let Value::Object(members) = &mut row
        && members.len() == REJECT.len()
        && REJECT.iter().all(|name| members.contains_key(*name))
    {
        row = members.remove("row").unwrap_or_default();
    }
    row
}

/// A cell as its field's value. The groups may stand in one cell, as JSON.
fn cell_value(field: &[String], text: &str) -> Value {
    let group = matches!(field, [name] if matches!(name.as_str(), "custom" | "policies"));
    let parsed = if group { serde_json::from_str(text).ok() } else { None };
    parsed.unwrap_or_else(|| value_of(field, text))
}
