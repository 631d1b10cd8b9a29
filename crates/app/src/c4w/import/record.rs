//! A row of the file, and its customer.

use std::collections::BTreeSet;

use c4w_client::Body;
use csv::ByteRecord;
use encoding_rs::UTF_8;
use http_api::{Malformed, parse_json};
use serde_json::{Map, Number, Value};
use tokio::sync::OwnedSemaphorePermit;

use super::charset::{Charset, decode, looks_like_utf8};
use super::fields::GROUPS;
use super::mapping::{Claim, Mapping, Target, Told, listed};
use super::options::Import;
use super::presets::Cell;
use super::rows::Raw;
use super::values::Values;
use crate::body::{Field, accept_policies, is_consent, is_flag};
use crate::failure::Failure;
use crate::spreadsheet::unprotect;

/// A row of the file.
#[derive(Debug)]
pub(super) struct Record {
    /// The line on which it begins, counted from 1.
    pub(super) line: u64,
    /// Its number among the rows that are sent, counted from 1.
    pub(super) number: u64,
    /// The offset of its end in the file.
    pub(super) end: u64,
    pub(super) raw: Raw,
    /// The customer as JSON, or the reason why the row is rejected without sending it.
    pub(super) customer: Result<Vec<u8>, String>,
    /// Whether the customer would be created locked.
    pub(super) locked: bool,
    /// The import accepted a policy to which the row has no answer.
    pub(super) assumed_consent: bool,
    /// What it takes of the memory that there is for rows.
    pub(super) _room: OwnedSemaphorePermit,
}

/// Members of a line of rejects.
const REJECT: [&str; 3] = ["line", "reasons", "row"];

/// Members of an exported customer that a creation does not have. A file of another origin may use these names for
/// something else, so they are not among those that every import ignores.
const OF_EXPORTS: [&str; 4] = ["devices", "generated", "history", "phoneNumberValid"];

/// How a row is converted to a customer.
pub(super) struct Recipe {
    pub(super) charset: Charset,
    /// Whether the encoding is a guess, which every row has to confirm.
    pub(super) guessed: bool,
    /// Whether the text was decoded from another encoding.
    pub(super) decoded: bool,
    /// Whether apostrophes before values of CSV are part of them, and no text of JSON marks a missing value.
    is_exact: bool,
    /// The names of the columns of CSV, and the target of each.
    pub(super) columns: Vec<String>,
    pub(super) mapping: Mapping,
    /// In which order they are read.
    pub(super) order: Vec<usize>,
    pub(super) told: Told,
    pub(super) values: Values,
    /// Fields that every customer gets, whatever its row says.
    constants: Vec<Field>,
    accept_policies: bool,
    /// The source of a customer, unless its row has one.
    source: String,
    organization: String,
}

/// The members of a JSON object while they are converted.
struct Members<'a> {
    recipe: &'a Recipe,
    /// Whether texts are exactly as in a registry.
    exact: bool,
    body: Body,
    /// The member that holds each field, and why.
    holders: Vec<Holder>,
    unknown: Vec<String>,
}

struct Holder {
    field: String,
    member: String,
    claim: Claim,
}

impl Recipe {
    pub(super) fn new(options: &Import, told: Told, values: Values, organization: String) -> Self {
        Self {
            charset: UTF_8,
            guessed: false,
            decoded: false,
            is_exact: options.exact,
            columns: Vec::new(),
            mapping: Vec::new(),
            order: Vec::new(),
            told,
            values,
            constants: options.constants.clone(),
            accept_policies: options.accept_policies,
            source: options.source.clone(),
            organization,
        }
    }

    /// The customer of a row.
    pub(super) fn customer(&self, raw: &Raw) -> Result<Body, String> {
        let mut body = match raw {
            Raw::Csv(record) => self.of_cells(record)?,
            Raw::Line(line) => self.of_line(line)?,
            Raw::Cut(_) => return Err("it is longer than 1 MiB; this is its beginning".to_owned()),
        };
        body.retain(|_, value| !value.is_null());
        if body.is_empty() {
            return Err("it has no value for any field of a customer".to_owned());
        }
        self.complete(&mut body).map_err(|failure| failure.to_string())?;
        Ok(body)
    }

    fn of_cells(&self, record: &ByteRecord) -> Result<Body, String> {
        if record.len() != self.mapping.len() {
            return Err(format!("it has {} values, and the first line {}", record.len(), self.mapping.len()));
        }
        if self.repeats_names(record) {
            return Err("it repeats the line of names".to_owned());
        }
        let mut body = Map::new();
        for place in self.order.iter().copied() {
            let (cell, target) = (&record[place], &self.mapping[place]);
            if cell.trim_ascii().is_empty() || *target == Target::Ignored {
                continue;
            }
            let text = self.text(cell)?;
            let Target::Field(path) = target else {
                return Err(format!("the column {} has no name, but the value {text:?}", place + 1));
            };
            let field = path.join(".");
            if GROUPS.contains(&field.as_str())
                && let Some(value) = self.group(&text)
            {
                self.put_group(&field, value, &mut body)?;
            } else if let Some(value) = self.value(&field, &text)? {
                match found(&body, path) {
                    // A better choice of the preset.
                    Some(_) if self.mapping.iter().filter(|it| *it == target).count() > 1 => {}
                    Some(before) if *before != value => return Err(two_values(&field)),
                    _ => Field::new(path.clone(), value).put_into(&mut body).map_err(|it| it.to_string())?,
                }
            }
        }
        Ok(body)
    }

    /// The value of a cell. An export protects texts from spreadsheets by an apostrophe, after which they are exact, or
    /// declares that all of them are.
    fn value(&self, field: &str, text: &str) -> Result<Option<Value>, String> {
        if self.values.exact {
            return self.values.read_exact(field, text);
        }
        if self.is_exact {
            return self.values.read(field, text);
        }
        let unprotected = unprotect(text);
        let protected = unprotected.len() < text.len();
        if protected && self.values.own {
            return self.values.read_exact(field, unprotected);
        }
        let text = match self.told.system.map_or(Cell::Text(unprotected), |system| system.read(field, unprotected)) {
            Cell::Text(text) => text,
            Cell::Missing => {
                self.values.notes.missing(unprotected.trim());
                return Ok(None);
            }
            Cell::Invalid => {
                self.values.notes.dropped(field);
                return Ok(None);
            }
        };
        self.read(field, text)
    }

    /// The value of a text, unless it stands for a missing one.
    fn read(&self, field: &str, text: &str) -> Result<Option<Value>, String> {
        if field == "birthDate" && is_zero_date(text) {
            self.values.notes.missing(text.trim());
            return Ok(None);
        }
        self.values.read(field, text)
    }

    /// The JSON object in a cell.
    fn group(&self, text: &str) -> Option<Value> {
        serde_json::from_str(text).ok()
    }

    fn put_group(&self, field: &str, value: Value, body: &mut Body) -> Result<(), String> {
        let mut members = Members::new(self, false, std::mem::take(body));
        members.place_in(field, value, field, Claim::Name)?;
        *body = members.finish()?;
        Ok(())
    }

    fn repeats_names(&self, record: &ByteRecord) -> bool {
        let mut cells = record.iter().zip(&self.columns);
        self.columns.iter().any(|name| !name.is_empty())
            && cells.all(|(cell, name)| cell.trim_ascii() == name.as_bytes())
    }

    fn of_line(&self, line: &[u8]) -> Result<Body, String> {
        let (body, unknown) = self.members(line)?;
        if unknown.is_empty() { Ok(body) } else { Err(of_unknown(&unknown)) }
    }

    /// The customer of a line of JSON, and the paths of its unknown members.
    pub(super) fn members(&self, line: &[u8]) -> Result<(Body, Vec<String>), String> {
        match self.parse(&self.text(line)?) {
            Ok(Value::Object(mut object)) => {
                let exact = self.is_exact || is_of_registry(&object);
                if exact {
                    OF_EXPORTS.iter().for_each(|name| drop(object.remove(*name)));
                }
                let mut members = Members::new(self, exact, Map::new());
                for (name, value) in object {
                    members.place(&name, value)?;
                }
                Ok((members.body, members.unknown))
            }
            Ok(_) => Err("it is no JSON object".to_owned()),
            Err(Malformed { column, .. }) => {
                Err(format!("it is no JSON, or has a member twice or an integer beyond 64 bits, at column {column}"))
            }
        }
    }

    /// JSON, in which NaN stands for a missing value, as Python writes it.
    fn parse(&self, text: &str) -> Result<Value, Malformed> {
        let parsed = parse_json(text.as_bytes()).or_else(|malformed| {
            let text = without_nan(text).ok_or(malformed)?;
            self.values.notes.missing("NaN");
            parse_json(text.as_bytes())
        });
        parsed.map(unwrapped)
    }

    /// Adds the paths of all members of a line.
    pub(super) fn add_paths(&self, line: &[u8], paths: &mut BTreeSet<String>) {
        if let Ok(Value::Object(members)) =
            self.text(line).and_then(|text| self.parse(&text).map_err(|_| String::new()))
        {
            members.iter().for_each(|(name, value)| add_paths(name, value, paths));
        }
    }

    /// Decodes the text of a value.
    pub(super) fn text(&self, bytes: &[u8]) -> Result<String, String> {
        if self.guessed && looks_like_utf8(bytes) && self.charset != UTF_8 {
            return Err(format!(
                "it looks like UTF-8 in a file that begins as {}: say --encoding",
                self.charset.name()
            ));
        }
        let text = decode(bytes, self.charset).ok_or_else(|| "it is not UTF-8".to_owned())?;
        if self.decoded && text.contains(char::REPLACEMENT_CHARACTER) {
            return Err("it has a character that is not valid in the encoding of the file".to_owned());
        }
        Ok(text)
    }

    /// Accepts the policies to which the row has no answer, if the user says so of all rows. Returns whether there was one.
    pub(super) fn accept_policies(&self, body: &mut Body) -> bool {
        // What is no object is wrong, and the server says so with the rest.
        let can_be_accepted = self.accept_policies && body.get("policies").is_none_or(Value::is_object);
        can_be_accepted && accept_policies(body).unwrap_or_default()
    }

    /// Null says nothing, and so what is told of all customers is told of this one.
    fn complete(&self, body: &mut Body) -> Result<(), Failure> {
        for constant in &self.constants {
            constant.put_into(body)?;
        }
        body.entry("source").or_insert_with(|| Value::String(self.source.clone()));
        body.entry("organizationId").or_insert_with(|| Value::String(self.organization.clone()));
        Ok(())
    }
}

impl<'a> Members<'a> {
    const fn new(recipe: &'a Recipe, exact: bool, body: Body) -> Self {
        Self { recipe, exact, body, holders: Vec::new(), unknown: Vec::new() }
    }

    /// Puts a member in its place, by its path.
    fn place(&mut self, path: &str, value: Value) -> Result<(), String> {
        match (self.recipe.told.member(path), value) {
            (Some((field, _)), _) if field.is_empty() => Ok(()),
            (Some((field, claim)), value) => self.place_in(&field, value, path, claim),
            (None, Value::Object(members)) if !members.is_empty() => {
                members.into_iter().try_for_each(|(name, value)| self.place(&format!("{path}.{name}"), value))
            }
            (None, Value::Null) => Ok(()),
            (None, _) => {
                if !self.recipe.told.ignore_unmapped {
                    self.unknown.push(path.to_owned());
                }
                Ok(())
            }
        }
    }

    /// Puts the value of a field in its place, from the member that holds it.
    fn place_in(&mut self, field: &str, value: Value, member: &str, claim: Claim) -> Result<(), String> {
        let value = match value {
            Value::Object(members) if field != "custom" && (GROUPS.contains(&field) || field == "extId") => {
                return members.into_iter().try_for_each(|(name, value)| self.place(&format!("{field}.{name}"), value));
            }
            // Consents in the form of the API's lists: names and answers.
            Value::Array(items) if field == "policies" && items.iter().all(|it| it["name"].is_string()) => {
                let pair =
                    |item: Value| (item["name"].as_str().unwrap_or_default().to_owned(), item["accepted"].clone());
                return items
                    .into_iter()
                    .map(pair)
                    .try_for_each(|(name, value)| self.place(&format!("{field}.{name}"), value));
            }
            Value::Null => return Ok(()),
            Value::String(text) if GROUPS.contains(&field) => Value::String(text),
            Value::String(text) => match self.read(field, &text)? {
                Some(value) => value,
                None => return Ok(()),
            },
            // Ids, codes and telephone numbers are texts.
            Value::Number(number) if is_text(field) => match whole(&number) {
                Some(text) => match self.read(field, &text)? {
                    Some(value) => value,
                    None => return Ok(()),
                },
                None => Value::Number(number),
            },
            Value::Number(number) => self.recipe.values.number(field, number)?,
            value => value,
        };
        self.put(field, value, member, claim)
    }

    fn read(&self, field: &str, text: &str) -> Result<Option<Value>, String> {
        if self.exact { self.recipe.values.read_exact(field, text) } else { self.recipe.read(field, text) }
    }

    /// Of two members of one field the one with the greater claim is taken. Of two equal ones nobody knows which is meant.
    fn put(&mut self, field: &str, value: Value, member: &str, claim: Claim) -> Result<(), String> {
        let path: Vec<_> = field.split('.').map(str::to_owned).collect();
        let holder = self.holders.iter().position(|it| it.field == field);
        match (found(&self.body, &path), holder.map(|place| &self.holders[place])) {
            (Some(before), _) if *before == value => return Ok(()),
            (Some(_), Some(holder)) if holder.claim != claim => {
                let loser = if holder.claim > claim { member } else { &holder.member };
                if !matches!((holder.claim, claim), (Claim::Preset(_), Claim::Preset(_))) {
                    self.recipe.values.notes.unread(loser);
                }
                if holder.claim > claim {
                    return Ok(());
                }
            }
            (Some(_), Some(Holder { member: before, .. })) => {
                return Err(format!(
                    "{before} and {member} are both {field}; ignore one of them: --map '{before}=' or --map '{member}='"
                ));
            }
            (Some(Value::Object(_)), None) if field == "custom" => return self.merge(value),
            (Some(_), None) => return Err(two_values(field)),
            (None, _) => {}
        }
        if let Some(place) = holder {
            self.holders.swap_remove(place);
        }
        Field::new(path, value).put_into(&mut self.body).map_err(|it| it.to_string())?;
        self.holders.push(Holder { field: field.to_owned(), member: member.to_owned(), claim });
        Ok(())
    }

    /// Adds to the values that have names of their own.
    fn merge(&mut self, custom: Value) -> Result<(), String> {
        let Value::Object(members) = custom else { return Err(two_values("custom")) };
        members.into_iter().try_for_each(|(name, value)| {
            let field = format!("custom.{name}");
            match found(&self.body, &["custom".to_owned(), name.clone()]) {
                Some(before) if *before != value => Err(two_values(&field)),
                Some(_) => Ok(()),
                None => Field::new(vec!["custom".to_owned(), name], value)
                    .put_into(&mut self.body)
                    .map_err(|it| it.to_string()),
            }
        })
    }

    fn finish(self) -> Result<Body, String> {
        if self.unknown.is_empty() { Ok(self.body) } else { Err(of_unknown(&self.unknown)) }
    }
}

/// Whether a line is that of an export: it has the ids of a registry.
pub(super) fn is_of_registry(line: &Body) -> bool {
    line.contains_key("organizationCid") && (line.contains_key("cid") || line.contains_key("id"))
}

/// Whether the values of a field are texts.
fn is_text(field: &str) -> bool {
    !is_consent(field) && !is_flag(field) && !field.starts_with("custom.") && !GROUPS.contains(&field)
}

/// The digits of a whole number. Programs that know only one kind of numbers write it with decimals.
fn whole(number: &Number) -> Option<String> {
    /// From here on not every whole number is one of these.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if !number.is_f64() {
        return Some(number.to_string());
    }
    let value = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < EXACT)?;
    Some(format!("{value:.0}"))
}

/// The text with null for each NaN outside of its quotes, if there is one.
fn without_nan(text: &str) -> Option<String> {
    let (mut quoted, mut escaped, mut places) = (false, false, Vec::new());
    for (place, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            'N' if !quoted && text[place..].starts_with("NaN") => places.push(place),
            _ => {}
        }
    }
    let mut changed = text.to_owned();
    places.iter().rev().for_each(|place| changed.replace_range(*place..*place + "NaN".len(), "null"));
    (!places.is_empty()).then_some(changed)
}

fn add_paths(path: &str, value: &Value, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, value)| add_paths(&format!("{path}.{name}"), value, paths));
        }
        Value::Array(items) => {
            let names = items.iter().filter_map(|item| item["name"].as_str());
            paths.extend(names.map(|name| format!("{path}.{name}")));
        }
        _ => {}
    }
    paths.insert(path.to_owned());
}

/// The value that is in a place.
fn found<'a>(body: &'a Body, path: &[String]) -> Option<&'a Value> {
    let (name, way) = path.split_last()?;
    let mut object = body;
    for step in way {
        object = object.get(step)?.as_object()?;
    }
    object.get(name).filter(|value| !value.is_null())
}

fn two_values(field: &str) -> String {
    format!("{field} has two values")
}

/// What programs and databases write for a date that is missing: `0/0/00`, `0000-00-00`.
fn is_zero_date(text: &str) -> bool {
    let text = text.trim();
    text.len() > 4
        && text.contains(['/', '-', '.'])
        && text.bytes().all(|byte| matches!(byte, b'0' | b'/' | b'-' | b'.' | b':' | b' '))
}

fn of_unknown(unknown: &[String]) -> String {
    format!("no field has the name of: {}", listed(unknown))
}

/// A row of a rejects file is nested in its reject.
fn unwrapped(mut row: Value) -> Value {
    while let Value::Object(members) = &mut row
        && members.len() == REJECT.len()
        && REJECT.iter().all(|name| members.contains_key(*name))
    {
        row = members.remove("row").unwrap_or_default();
    }
    row
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use jiff::civil::Date;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        import: Import,
    }

    /// The members of a creation, and the unknown ones.
    fn members(line: &Value) -> (Value, Vec<String>) {
        let options = Line::parse_from(["c4w", "guests.ndjson"]).import;
        let values = Values::new(&options, Date::MAX);
        let recipe = Recipe::new(&options, Told::default(), values, String::new());
        let (body, unknown) = recipe.members(line.to_string().as_bytes()).unwrap();
        (Value::Object(body), unknown)
    }

    #[test]
    fn a_customer_of_a_list_becomes_a_creation() {
        let listed = json!({
            "cid": "1", "organizationCid": "2", "locationCid": "3", "created": "t", "modified": "t",
            "signupMethod": "kiosk", "username": "ada", "locked": false, "title": "ms", "phone": "+39", "personalId": "7",
            "extId": {"id": "crm", "prop2": "x"},
            "policies": [{"name": "ageVerification", "accepted": true}, {"name": "customs.club", "accepted": false}],
        });
        let expected = json!({
            "locationId": "3", "source": "kiosk", "username": "ada", "lock": false, "civilStatus": "ms",
            "phoneNumber": "+39", "document": {"personalId": "7"}, "extId": "crm", "extProp2": "x",
            "policies": {"minimumAgeVerification": true, "customs": {"club": false}},
        });
        assert_eq!(members(&listed), (expected, vec![]));
    }

    #[test]
    fn what_only_an_export_has_is_ignored_in_an_export_alone() {
        let mut line = json!({"id": "1", "organizationCid": "2", "extId": "crm", "devices": [], "history": []});
        assert_eq!(members(&line), (json!({"extId": "crm"}), vec![]));
        line.as_object_mut().unwrap().remove("organizationCid");
        let (_, unknown) = members(&line);
        assert_eq!(unknown, ["devices", "history"]);
    }
}
