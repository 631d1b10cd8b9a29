//! The input file: its format, its encoding, its rows.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read};

use c4w_client::Body;
use csv::ByteRecord;
use domain::ports::Clock;
use encoding_rs::UTF_8;
use jiff::tz::Offset;
use serde_json::Value;
use system::SystemClock;

use super::ahead::Ahead;
use super::charset::decode;
use super::fields;
use super::mapping::{Target, Told, listed};
use super::notes::Notes;
use super::options::{Delimiter, Format, Import};
use super::record::{Recipe, is_of_registry};
use super::rows::{Broken, Form, Raw, Row, Rows};
use super::shared::Shared;
use super::source::Source;
use super::values::Values;
use crate::export::columns::EXACT;
use crate::failure::Failure;

/// The reason for rejecting a row with misplaced quotes.
const QUOTES: &str =
    "a value within quotes does not end where its quote is closed; rows that follow may stand within it";
/// How many field names a line must contain to be taken for the header instead of the first line.
const NAMES: usize = 2;

/// A file that was opened and examined.
pub(super) struct Input {
    rows: Rows<Text>,
    pub(super) recipe: Recipe,
    shared: Shared,
    deduplicate: Vec<String>,
    /// The beginning of the text, by which the file is recognized.
    pub(super) beginning: Vec<u8>,
    /// The length of the file in bytes, if known.
    pub(super) length: Option<u64>,
    /// The length of the text in bytes, if known.
    pub(super) text_length: Option<u64>,
    /// The column names of CSV.
    pub(super) names: Option<ByteRecord>,
    /// The delimiter of the rejects file: the input's own if an import detects it, otherwise a comma.
    pub(super) delimiter: Delimiter,
    /// Remarks for the user before the first row is sent.
    pub(super) remarks: Vec<String>,
}

/// A row, and the customer that it is, or what is wrong with it.
pub(super) type Next = (Row, Result<Body, String>);
/// The text, with what was looked at before the rest.
type Text = io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

impl Input {
    /// Opens the file and examines its first rows.
    pub(super) fn open(options: &Import, organization: String) -> Result<Self, Failure> {
        let source = Source::open(options)?;
        let told = Told::read(options)?;
        let (form, beginning) = form(options, &source)?;
        let today = Offset::UTC.to_datetime(SystemClock.now()).date();
        let mut recipe = Recipe::new(options, told, Values::new(options, today), organization);
        (recipe.charset, recipe.guessed, recipe.decoded) =
            (source.charset, source.guessed, source.decoded_from.is_some());
        let mut remarks = Vec::new();
        let charset = source.decoded_from.unwrap_or(source.charset);
        if source.guessed {
            let (shown, name) = (options.shown(), charset.name());
            remarks.push(format!("{shown} is not UTF-8: it is read as {name}; --encoding says otherwise"));
        } else if charset != UTF_8 && options.encoding != Some(charset) {
            remarks.push(format!("{} is read as {}", options.shown(), charset.name()));
        }
        if let (Form::Values { .. }, Some((_, name))) = (form, wrapped(&source.beginning)) {
            remarks.push(format!("the customers are read from the member {name:?}, and nothing else of the file"));
        }
        let mut rows = Rows::new(Cursor::new(beginning.clone()).chain(source.rest), form);
        let (mut names, mut delimiter) = (None, Delimiter::COMMA);
        if let Form::Csv { delimiter: found, .. } = form {
            let head = rows.names()?;
            recipe.columns = head.iter().map(|name| decoded(name, &recipe)).collect();
            if let Some(quote) = foreign_quote(&recipe.columns) {
                return Err(Failure::usage(format!(
                    "the names are in {quote}, which CSV reads as a part of them: put the values in double quotes"
                )));
            }
            recipe.mapping = recipe.told.mapping(&recipe.columns, &mut remarks).map_err(|failure| {
                let no_name = !recipe.columns.iter().any(|name| is_known(name));
                let line = line_of_names(&beginning, form, &recipe).filter(|_| no_name);
                line.map_or(failure, |line| no_column(&recipe.columns, Some(line)))
            })?;
            recipe.order = recipe.told.order(&recipe.columns);
            let has = |name: &str| recipe.columns.iter().any(|column| column == name);
            recipe.values.own = has("organizationCid") && (has("cid") || has("id"));
            recipe.values.exact = recipe.values.own && has(EXACT);
            names = Some(head);
            let is_found = options.delimiter.is_some() || Delimiter::FOUND.contains(&found);
            delimiter = if is_found { found } else { Delimiter::COMMA };
        }
        let deduplicate = options.deduplicate.clone();
        let shared = Shared::new(&deduplicate);
        let (length, text_length) = (source.length, source.text_length);
        let mut input =
            Self { rows, recipe, shared, deduplicate, beginning, length, text_length, names, delimiter, remarks };
        input.look_at(options, form, source.has_more)?;
        Ok(input)
    }

    /// Passes on every row after the skipped ones, until the receiver is gone.
    pub(super) fn read(mut self, skipped: u64, ahead: &Ahead) -> Result<(), Broken> {
        let (mut rows, mut number) = (0, 1);
        while let Some((row, mut customer)) = self.next()? {
            let assumed_consent = customer.as_mut().is_ok_and(|body| self.recipe.accept_policies(body));
            let sent = customer.is_ok();
            let locked = customer.as_ref().is_ok_and(|body| body.get("lock") != Some(&Value::Bool(false)));
            let customer = customer.map(|body| Value::Object(body).to_string().into_bytes());
            rows += 1;
            if rows > skipped && !ahead.hand_on(row, number, customer, locked, assumed_consent) {
                break;
            }
            number += u64::from(sent);
        }
        Ok(())
    }

    /// The next row.
    pub(super) fn next(&mut self) -> Result<Option<Next>, Broken> {
        let Some(row) = self.rows.next()? else { return Ok(None) };
        let customer = if row.in_order { self.customer(&row.raw) } else { Err(QUOTES.to_owned()) };
        Ok(Some((row, customer)))
    }

    pub(super) fn notes(&self) -> Notes {
        self.recipe.values.notes.clone()
    }

    fn customer(&mut self, raw: &Raw) -> Result<Body, String> {
        let customer = self.recipe.customer(raw)?;
        if let Some(reason) = self.shared.see(&customer) {
            return Err(reason);
        }
        if !self.deduplicate.is_empty() && super::single::identities(&customer, &self.deduplicate).is_empty() {
            self.recipe.values.notes.unidentified();
        }
        Ok(customer)
    }

    /// Examines the first rows, and refuses a file that is obviously wrong.
    fn look_at(&mut self, options: &Import, form: Form, has_more: bool) -> Result<(), Failure> {
        let rows = sample(&self.beginning, form, has_more);
        match form {
            Form::Csv { .. } => self.look_at_cells(&rows, form)?,
            Form::Lines | Form::Values { .. } => {
                self.look_at_members(&rows)?;
                self.look_for_mapped(&rows, has_more)?;
            }
        }
        if options.deduplicate.is_empty() && self.is_export(&rows) {
            self.remarks.push(
                "the file is an export of customers: without --deduplicate, those that are still there are created again, or \
                 rejected for their usernames"
                    .to_owned(),
            );
        }
        self.look_for_missing(&rows);
        self.look_for_identity(options, form, &rows)?;
        for row in rows.iter().filter(|row| row.in_order) {
            if let Ok(customer) = self.recipe.customer(&row.raw) {
                self.shared.see(&customer);
            }
        }
        self.recipe.values.notes = Notes::default();
        Ok(())
    }

    fn look_at_cells(&mut self, rows: &[Row], form: Form) -> Result<(), Failure> {
        let is_field = |target: &Target| matches!(target, Target::Field(_));
        if !self.recipe.columns.is_empty() && !self.recipe.mapping.iter().any(is_field) {
            return Err(self.no_field(rows, form));
        }
        let records: Vec<_> =
            rows.iter().filter_map(|row| if let Raw::Csv(cells) = &row.raw { Some(cells) } else { None }).collect();
        let columns = self.recipe.columns.len();
        if records.len() > 1 && records.iter().all(|cells| cells.len() > columns) {
            return Err(Failure::usage(format!(
                "every row has more values than the {columns} names of the first line, as when R writes row names without a \
                 name for them (write.table: col.names=NA), or a value has the delimiter in it without quotes"
            )));
        }
        for place in 0..columns {
            if self.recipe.mapping[place] != Target::Nameless {
                continue;
            }
            let values =
                || records.iter().filter_map(|cells| cells.get(place)).filter(|cell| !cell.trim_ascii().is_empty());
            let numbers: Option<Vec<u64>> =
                values().map(|cell| std::str::from_utf8(cell).ok()?.trim().parse().ok()).collect();
            let counts = |numbers: Vec<u64>| {
                numbers.len() == records.len()
                    && numbers.first().is_some_and(|it| *it < 2)
                    && numbers.is_sorted_by(|a, b| a + 1 == *b)
            };
            if numbers.is_some_and(counts) {
                self.recipe.mapping[place] = Target::Ignored;
                self.remarks.push(format!("column {} has no name and counts the rows: it is not read", place + 1));
            } else if values().next().is_some() && values().count() * 2 > records.len() {
                let number = place + 1;
                return Err(Failure::usage(format!(
                    "column {number} has values, but no name: say --map '#{number}=FIELD', or --map '#{number}=' to ignore it"
                )));
            }
        }
        Ok(())
    }

    /// Whether the file is an export, whose customers have ids of a registry.
    fn is_export(&self, rows: &[Row]) -> bool {
        let has_ids = |row: &Row| match &row.raw {
            Raw::Line(line) => serde_json::from_slice::<Body>(line).is_ok_and(|it| is_of_registry(&it)),
            Raw::Csv(_) | Raw::Cut(_) => false,
        };
        self.recipe.values.own || rows.first().is_some_and(has_ids)
    }

    /// The failure if no column is a field: the header may be further below.
    fn no_field(&self, rows: &[Row], form: Form) -> Failure {
        let known = |cells: &ByteRecord| cells.iter().filter(|cell| is_known(&decoded(cell, &self.recipe))).count();
        let names = rows.iter().find(|row| matches!(&row.raw, Raw::Csv(cells) if known(cells) >= NAMES));
        // If the first line has one value, rows are split at the delimiter of that line.
        let line = names.map(|row| row.line).or_else(|| line_of_names(&self.beginning, form, &self.recipe));
        no_column(&self.recipe.columns, line)
    }

    fn look_at_members(&mut self, rows: &[Row]) -> Result<(), Failure> {
        let mut unknown = BTreeSet::new();
        for row in rows {
            if let Raw::Line(line) = &row.raw
                && let Ok((_, members)) = self.recipe.members(line)
            {
                unknown.extend(members);
            }
        }
        if unknown.is_empty() {
            return Ok(());
        }
        let unknown = listed(&unknown.into_iter().collect::<Vec<_>>());
        Err(Failure::usage(format!(
            "no field has the name of the JSON members: {unknown}. Say --map MEMBER=FIELD, or --map MEMBER= to ignore one, or \
             --ignore-unmapped"
        )))
    }

    /// Refuses names that the user maps and no customer has. If only the beginning of the file was read, reports them.
    fn look_for_mapped(&mut self, rows: &[Row], has_more: bool) -> Result<(), Failure> {
        let mut mapped: Vec<_> = self.recipe.told.members().map(str::to_owned).collect();
        if mapped.is_empty() {
            return Ok(());
        }
        let mut members = BTreeSet::new();
        for row in rows {
            if let Raw::Line(line) = &row.raw {
                self.recipe.add_paths(line, &mut members);
            }
        }
        mapped.retain(|name| !members.contains(name));
        if mapped.is_empty() || members.is_empty() {
            return Ok(());
        }
        let mapped = listed(&mapped);
        if has_more {
            self.remarks.push(format!("no customer at the beginning of the file has the member {mapped}"));
            return Ok(());
        }
        let members = listed(&members.into_iter().collect::<Vec<_>>());
        Err(Failure::usage(format!("no customer has the member {mapped}; there are {members}")))
    }

    /// Finds markers of missing values: a marker in a field where it cannot be a value is one in every field.
    fn look_for_missing(&mut self, rows: &[Row]) {
        for row in rows {
            match &row.raw {
                Raw::Csv(cells) => {
                    for (cell, target) in cells.iter().zip(&self.recipe.mapping) {
                        let Target::Field(path) = target else { continue };
                        self.recipe.values.look_at(&path.join("."), &String::from_utf8_lossy(cell));
                    }
                }
                Raw::Line(_) | Raw::Cut(_) => {}
            }
        }
        if !self.recipe.values.evident.is_empty() {
            let words: Vec<_> = self.recipe.values.evident.iter().map(|word| format!("{word:?}")).collect();
            self.remarks.push(format!("read as a missing value: {}; --null says otherwise", words.join(", ")));
        }
    }

    /// Refuses a file that has none of the values that identify customers.
    fn look_for_identity(&self, options: &Import, form: Form, rows: &[Row]) -> Result<(), Failure> {
        let is_of = |path: &str, name: &str| match name {
            "guid" => path == "device.guid" || path == "device",
            "extPro2" => path == "extProp2",
            name => path == name,
        };
        let is_constant = |name: &String| options.constants.iter().any(|field| is_of(&field.path(), name));
        if options.deduplicate.is_empty() || options.deduplicate.iter().any(is_constant) {
            return Ok(());
        }
        let names = options.deduplicate.join(", ");
        let never = "each import would create all customers again";
        match form {
            Form::Csv { .. } => {
                let is_column = |name: &String| {
                    let mut fields = self.recipe.mapping.iter();
                    fields.any(|it| matches!(it, Target::Field(path) if is_of(&path.join("."), name)))
                };
                if !self.recipe.columns.is_empty() && !options.deduplicate.iter().any(is_column) {
                    return Err(Failure::usage(format!(
                        "--deduplicate {names}: no column is one of these fields; {never}"
                    )));
                }
            }
            Form::Lines | Form::Values { .. } => {
                let mut customers = rows.iter().filter_map(|row| self.recipe.customer(&row.raw).ok()).peekable();
                let some = customers.peek().is_some();
                if some && customers.all(|it| super::single::identities(&it, &options.deduplicate).is_empty()) {
                    return Err(Failure::usage(format!(
                        "--deduplicate {names}: no customer has a value for it; {never}"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// The failure if no column is a field. `line` is the number of a line that may be the header.
fn no_column(columns: &[String], line: Option<u64>) -> Failure {
    let hint = match line {
        Some(line) => format!("line {line} looks like the line of names: remove what is above it"),
        None => "say with --map which columns are fields".to_owned(),
    };
    let columns = listed(columns);
    Failure::usage(format!("no column is a field of a customer; the first line has {columns}; {hint}"))
}

/// The number of a line below the first one that contains field names, with any delimiter.
fn line_of_names(beginning: &[u8], form: Form, recipe: &Recipe) -> Option<u64> {
    let Form::Csv { line, .. } = form else { return None };
    let lines = (line..).zip(beginning.split(|byte| *byte == b'\n')).take(100);
    let known = |line: &&[u8]| {
        Delimiter::FOUND.into_iter().any(|it| {
            line.split(|byte| *byte == it.byte()).filter(|cell| is_known(&decoded(cell, recipe))).count() >= NAMES
        })
    };
    lines.skip(1).find(|(_, line)| known(line)).map(|(number, _)| number)
}

/// The first rows of a file. The last one may be truncated if there is more.
fn sample(beginning: &[u8], form: Form, has_more: bool) -> Vec<Row> {
    let mut rows = Rows::new(beginning, form);
    let mut sample = Vec::new();
    if rows.names().is_err() {
        return sample;
    }
    while let Ok(Some(row)) = rows.next() {
        sample.push(row);
    }
    if has_more {
        sample.pop();
    }
    sample
}

/// The format of the file, and the text without a line that only declares the delimiter.
fn form(options: &Import, source: &Source) -> Result<(Form, Vec<u8>), Failure> {
    let text = &source.beginning;
    let format = match options.format {
        Some(format) => format,
        None => format(options, text)?,
    };
    if format == Format::Ndjson {
        if let Some(what) = other_json(text) {
            return Err(Failure::usage(format!("{} {what}", options.shown())));
        }
        if let Some((begin, _)) = wrapped(text) {
            let line = 1 + lines_before(text, begin);
            return Ok((Form::Values { line, wrapped: true }, text[begin..].to_vec()));
        }
        return Ok((json_form(text), text.clone()));
    }
    let (separator, behind) = separator_line(text);
    let rest = &text[behind..];
    let delimiter = options.delimiter.or(separator).unwrap_or_else(|| delimiter(rest));
    let line = if behind > 0 { 2 } else { 1 };
    if let Some(names) = options.preset.and_then(|preset| preset.names_of(&names(rest, delimiter))) {
        // The file has none, so they are on a line before the first one.
        let separator = char::from(delimiter.byte()).to_string();
        let text = [names.join(&separator).as_bytes(), b"\n", rest].concat();
        return Ok((Form::Csv { delimiter, line: line - 1 }, text));
    }
    Ok((Form::Csv { delimiter, line }, rest.to_vec()))
}

/// CSV or JSON: by the file's name, unless its first byte contradicts that.
fn format(options: &Import, text: &[u8]) -> Result<Format, Failure> {
    let file = options.file.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_ascii_lowercase();
    let file = file.strip_suffix(".gz").unwrap_or(&file);
    let named = |ends: &[&str]| ends.iter().any(|end| file.ends_with(end));
    let begins = text.trim_ascii_start();
    let is_json = begins.starts_with(b"{")
        || begins.starts_with(b"[{")
        || begins.starts_with(b"[\n")
        || begins.starts_with(b"[\r");
    if !named(&[".ndjson", ".jsonl", ".json"]) {
        return Ok(if is_json { Format::Ndjson } else { Format::Csv });
    }
    let has_an_object = || lines(text).take(100).any(|line| line.trim_ascii_start().starts_with(b"{"));
    if begins.is_empty() || is_json || begins.starts_with(b"[") || has_an_object() {
        return Ok(Format::Ndjson);
    }
    if names_known(text, delimiter(text)) > 0 {
        return Ok(Format::Csv);
    }
    Err(Failure::usage(format!(
        "{} has the name of JSON, but does not begin as JSON does; if it is CSV, say --format csv",
        options.shown()
    )))
}

/// One value per line, unless the file begins with an array, or with an object that continues on the next line.
fn json_form(text: &[u8]) -> Form {
    let mut lines = lines(text).map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let (Some(first), second) = (lines.next(), lines.next()) else { return Form::Lines };
    // Only a line feed ends a line.
    if first.starts_with(b"[") || has_several(first) || second.is_some() && !text.contains(&b'\n') {
        return VALUES;
    }
    let is_whole = serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok();
    let goes_on = second.is_some_and(|line| line.starts_with(b"\"") || line.starts_with(b"}"));
    if !is_whole && first.starts_with(b"{") && goes_on { VALUES } else { Form::Lines }
}

/// Whether an object and then another one or a comma are on one line, as in `{}{}` and `{},`.
fn has_several(line: &[u8]) -> bool {
    let mut values = serde_json::Deserializer::from_slice(line).into_iter::<serde::de::IgnoredAny>();
    let is_object = line.starts_with(b"{") && matches!(values.next(), Some(Ok(_)));
    let behind = line.get(values.byte_offset()..).unwrap_or_default().trim_ascii_start();
    is_object && (behind.starts_with(b"{") || behind.starts_with(b","))
}

/// What is wrong with JSON whose objects are not customers, such as that of data frames.
fn other_json(text: &[u8]) -> Option<&'static str> {
    const FRAME: &str =
        "is a data frame by columns or by keys, as pandas writes it: say to_json(orient=\"records\", lines=True)";
    let skip = |mut at: usize| {
        while text.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let begins = |at: usize, byte: u8| text.get(at) == Some(&byte);
    let is_number = |name: &[u8]| !name.is_empty() && name.iter().all(u8::is_ascii_digit);
    let begin = skip(0);
    let inner = skip(begin + 1);
    if begins(begin, b'[') && begins(inner, b'[') {
        return Some("has rows without the names of their values: write each customer as an object of JSON");
    }
    let name = string(text, inner).filter(|_| begins(begin, b'{'))?;
    let colon = skip(inner + name.len() + 2);
    let value = skip(colon + 1);
    let key = string(text, skip(value + 1)).filter(|_| begins(value, b'{'));
    let is_group = std::str::from_utf8(name).is_ok_and(|name| fields::GROUPS.contains(&name));
    let by_columns = key.is_some_and(is_number) && !is_group;
    let by_keys = is_number(name) && begins(value, b'{');
    let split = name == b"columns" && begins(value, b'[') || name == b"schema" && key == Some(&b"fields"[..]);
    (begins(colon, b':') && (by_columns || by_keys || split)).then_some(FRAME)
}

/// JSON that is not nested in an object.
const VALUES: Form = Form::Values { line: 1, wrapped: false };
/// Members that hold the customers in responses of Guestbook's list and of other systems.
const WRAPPERS: [&str; 10] =
    ["customers", "contacts", "data", "results", "items", "records", "rows", "guests", "users", "value"];

/// Where an array of objects begins that is a member of the object at the beginning of the text, and the name of the
/// member.
fn wrapped(text: &[u8]) -> Option<(usize, &'static str)> {
    let begins = |at: usize, byte: u8| text.get(at) == Some(&byte);
    let skip = |mut at: usize| {
        while text.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let mut at = skip(0);
    if !begins(at, b'{') {
        return None;
    }
    // Only simple values may precede the array.
    loop {
        at = skip(at + 1);
        let name = string(text, at)?;
        at = skip(at + name.len() + 2);
        let value = begins(at, b':').then(|| skip(at + 1))?;
        if begins(value, b'[') && begins(skip(value + 1), b'{') {
            let wrapper = WRAPPERS.into_iter().find(|it| it.as_bytes() == name)?;
            return Some((value, wrapper));
        }
        if fields::named(std::str::from_utf8(name).ok()?).is_some_and(|field| !field.is_empty()) {
            // The object is a customer itself.
            return None;
        }
        let end = match string(text, value) {
            Some(text) => value + text.len() + 2,
            None => {
                value
                    + text
                        .get(value..)?
                        .iter()
                        .position(|byte| !byte.is_ascii_alphanumeric() && !b"+-.".contains(byte))?
            }
        };
        at = skip(end);
        if !begins(at, b',') {
            return None;
        }
    }
}

/// The JSON string that begins here, without quotes, if it has no escapes.
fn string(text: &[u8], at: usize) -> Option<&[u8]> {
    let inner = text.get(at..)?.strip_prefix(b"\"")?;
    let end = inner.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
    (inner[end] == b'"').then_some(&inner[..end])
}

fn lines_before(text: &[u8], at: usize) -> u64 {
    u64::try_from(text[..at].iter().filter(|byte| **byte == b'\n').count()).unwrap_or_default()
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| matches!(byte, b'\n' | b'\r'))
}

/// The delimiter of a first line `sep=;`, which declares it to spreadsheets, and the length of that line.
fn separator_line(text: &[u8]) -> (Option<Delimiter>, usize) {
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(text.len());
    let line = text[..end].trim_ascii_start();
    let line = line.strip_prefix(b"\"").map_or(line, |rest| rest.strip_suffix(b"\"").unwrap_or(rest));
    let Some((name, [byte])) = line.split_at_checked(4) else { return (None, 0) };
    let delimiter = name.eq_ignore_ascii_case(b"sep=").then(|| std::str::from_utf8(std::slice::from_ref(byte)).ok());
    let Some(Ok(delimiter)) = delimiter.flatten().map(Delimiter::parse) else { return (None, 0) };
    let behind = if text[end..].starts_with(b"\r\n") { end + 2 } else { text.len().min(end + 1) };
    (Some(delimiter), behind)
}

/// The delimiter that yields most field names in the first line, outside quotes; among equals, the most frequent one, a
/// comma first.
fn delimiter(text: &[u8]) -> Delimiter {
    let rank = |delimiter: &Delimiter| (names_known(text, *delimiter), names(text, *delimiter).len());
    Delimiter::FOUND.into_iter().rev().max_by_key(rank).unwrap_or(Delimiter::COMMA)
}

fn names(text: &[u8], delimiter: Delimiter) -> ByteRecord {
    Rows::new(text, Form::Csv { delimiter, line: 1 }).names().unwrap_or_default()
}

fn names_known(text: &[u8], delimiter: Delimiter) -> usize {
    names(text, delimiter).iter().filter(|name| is_known(&String::from_utf8_lossy(name))).count()
}

/// Whether it is the name of a field, or of another column of an export.
fn is_known(name: &str) -> bool {
    fields::named(name.trim()).is_some()
}

/// The kind of quotes around the names, if they are not those of CSV.
fn foreign_quote(columns: &[String]) -> Option<&'static str> {
    let (first, last) = (columns.first()?, columns.last()?);
    let is_within = |open: char, close: char| {
        first.starts_with(open) && last.ends_with(close) && first.chars().count() > 1 && last.chars().count() > 1
    };
    let quotes = [
        ('\'', '\'', "single quotes"),
        ('`', '`', "backticks"),
        ('\u{201c}', '\u{201d}', "typographic quotes"),
        ('\u{201e}', '\u{201c}', "typographic quotes"),
        ('\u{2018}', '\u{2019}', "typographic quotes"),
        ('\u{ab}', '\u{bb}', "typographic quotes"),
    ];
    quotes.into_iter().find(|(open, close, _)| is_within(*open, *close)).map(|(.., name)| name)
}

fn decoded(bytes: &[u8], recipe: &Recipe) -> String {
    decode(bytes, recipe.charset).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_found_in_the_names() {
        for (text, byte) in [
            (&b"email,firstName\n"[..], b','),
            (b"email;firstName", b';'),
            (b"email\tfirstName\r", b'\t'),
            (b"email|firstName|phone\n", b'|'),
            (b"\"Name, first\";\"Name, last\";E-Mail\n", b';'),
            (b"Name, first;email;phone\n", b';'),
            (b"Kunde;Wert\n1,2,3;4", b';'),
            (b"email", b','),
            (b"", b','),
        ] {
            assert_eq!(delimiter(text).byte(), byte, "{text:?}");
        }
    }

    #[test]
    fn a_line_that_names_the_delimiter_is_none_of_names() {
        let of = |text: &[u8]| {
            let (delimiter, behind) = separator_line(text);
            (delimiter.map(Delimiter::byte), behind)
        };
        assert_eq!(of(b"sep=;\r\nemail;phone"), (Some(b';'), 7));
        assert_eq!(of(b"\"SEP=^\"\nemail^phone"), (Some(b'^'), 8));
        assert_eq!(of(b"sep=\t\remail"), (Some(b'\t'), 6));
        assert_eq!(of(b"sep=,"), (Some(b','), 5));
        for other in [&b"separator;x\n"[..], b"sep=\n", b"sep=;;\n", b"", b"email"] {
            assert_eq!(of(other), (None, 0));
        }
    }

    #[test]
    fn customers_may_be_a_member() {
        let found = |text: &str| wrapped(text.as_bytes()).map(|(at, name)| (text[at..at + 2].to_owned(), name));
        assert_eq!(
            found("{\"status\":\"OK\",\"count\":-2, \"customers\" : [{}]}"),
            Some(("[{".to_owned(), "customers"))
        );
        assert_eq!(found(" {\n \"data\": [\n {}]}").map(|it| it.1), Some("data"));
        for other in [
            "{\"policies\":[{}]}",
            "{\"extId\":\"1\"}",
            "{\"data\":[1]}",
            "{}",
            "[{}]",
            "{\"a\":{\"data\":[{}]}}",
            "{\"email\":\"a\",\"items\":[{}]}",
            "{\"a",
            "",
        ] {
            assert_eq!(found(other), None, "{other}");
        }
    }

    #[test]
    fn the_form_of_json_is_found() {
        for (text, form) in [
            (&b"{\"a\":1}\n{\"b\":2}\n"[..], Form::Lines),
            (b"{\"a\":1}", Form::Lines),
            (b"{\"a\":\n{\"a\":1}\n", Form::Lines),
            (b"no JSON\n{\"a\":1}\n", Form::Lines),
            (b"\n[{\"a\":1}]", VALUES),
            (b"{\r\n  \"a\": 1\r\n}", VALUES),
            (b"{\r  \"a\": 1\r}", VALUES),
            (b"{\"a\":1}\r{\"a\":2}\r", VALUES),
            (b"{\"a\": {\n  \"b\": 1\n}}", VALUES),
            (b"", Form::Lines),
        ] {
            assert_eq!(json_form(text), form, "{text:?}");
        }
    }
}
