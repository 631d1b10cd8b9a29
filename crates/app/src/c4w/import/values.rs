//! The conversion of a cell's text, or of a JSON member, to the value of its field.

use std::collections::BTreeSet;

use domain::value::{BirthDate, CivilStatus, Country, Email, Gender, Language, PhoneNumber, ZipCode, visible};
use jiff::civil::Date;
use serde_json::{Number, Value};

use super::dates::DateFormat;
use super::names;
use super::notes::Notes;
use super::options::Import;
use super::words::{self, Answers};
use crate::body::{is_consent, is_flag};

/// Fields whose values identify a person or a thing, so that a marker of missing values is not a valid value.
const IDENTIFIERS: [&str; 11] = [
    "extId",
    "extProp1",
    "extProp2",
    "device.guid",
    "document.memberId",
    "document.number",
    "document.passportNumber",
    "document.personalId",
    "phoneNumber",
    "email",
    "username",
];
/// Fields in which NA, null and the like are not values.
const WITHOUT_WORDS: [&str; 8] =
    ["birthDate", "gender", "language", "languageTag", "civilStatus", "doubleOptin", "source", "locationId"];
/// A password may be any text.
const PASSWORD: &str = "password";
/// Fields whose digits are not a number.
const DIGITS: [&str; 2] = ["phoneNumber", "zipCode"];

/// How texts are read.
pub(super) struct Values {
    answers: Answers,
    /// The markers of missing values that the user declared.
    declared: Option<Vec<String>>,
    /// Markers of missing values that were found in fields where they cannot be values.
    pub(super) evident: BTreeSet<String>,
    /// Whether the file is an export of a registry, in which a word such as NA is a value.
    pub(super) own: bool,
    /// Whether every value of the file is exact.
    pub(super) exact: bool,
    date_format: Option<DateFormat>,
    default_region: Option<Country>,
    names: bool,
    drop_bad: bool,
    /// Fields that are never dropped: those that identify customers.
    kept: Vec<String>,
    today: Date,
    pub(super) notes: Notes,
}

impl Values {
    pub(super) fn new(options: &Import, today: Date) -> Self {
        let declared =
            (!options.null.is_empty()).then(|| options.null.iter().map(|text| text.trim().to_owned()).collect());
        let field = |name: &String| if name == "guid" { "device.guid".to_owned() } else { name.clone() };
        Self {
            answers: Answers::with(&options.yes, &options.no),
            declared,
            evident: BTreeSet::new(),
            own: false,
            exact: false,
            date_format: options.date_format.clone(),
            default_region: options.default_region.clone(),
            names: options.names,
            drop_bad: options.drop_bad_values,
            kept: options.deduplicate.iter().map(field).collect(),
            today,
            notes: Notes::default(),
        }
    }

    /// Records a marker of missing values, if the field cannot have it as a value.
    pub(super) fn look_at(&mut self, field: &str, text: &str) {
        let text = text.trim();
        if self.declared.is_none() && !self.own && words::is_perhaps_missing(text) && has_no_words(field) {
            self.evident.insert(text.to_owned());
        }
    }

    /// The value of a text that is exactly as in a registry; `None` if it is blank.
    pub(super) fn read_exact(&self, field: &str, text: &str) -> Result<Option<Value>, String> {
        if visible(text).is_empty() {
            return Ok(None);
        }
        if is_consent(field) || is_flag(field) {
            return self.answer(field, text);
        }
        Ok(Some(Value::String(text.to_owned())))
    }

    /// The value; `None` if the text is a marker of a missing one.
    ///
    /// # Errors
    /// The problem in words, if the registry would not report it itself.
    pub(super) fn read(&self, field: &str, text: &str) -> Result<Option<Value>, String> {
        let unprotected = words::unprotected(text);
        let text = unprotected.as_deref().unwrap_or(text);
        if visible(text).is_empty() {
            return Ok(None);
        }
        if self.is_missing(field, text.trim()) {
            self.notes.missing(text.trim());
            return Ok(None);
        }
        if !self.own && words::is_error(text.trim()) {
            return Err(format!("{field}: {} is an error of a spreadsheet and not a value", text.trim()));
        }
        if is_consent(field) || is_flag(field) {
            return self.answer(field, text);
        }
        if (IDENTIFIERS.contains(&field) || DIGITS.contains(&field)) && words::is_scientific(text.trim()) {
            return Err(format!(
                "{field}: {} is a number that a spreadsheet has shortened; its other digits are lost",
                text.trim()
            ));
        }
        let text = self.converted(field, text);
        if self.drop_bad && self.is_bad(field, &text) {
            self.notes.dropped(field);
            return Ok(None);
        }
        Ok(Some(Value::String(text)))
    }

    /// The value of a field that is a number in JSON.
    pub(super) fn number(&self, field: &str, number: Number) -> Result<Value, String> {
        if !is_consent(field) && !is_flag(field) {
            return Ok(Value::Number(number));
        }
        match self.answers.read(&number.to_string()) {
            Some(answer) => Ok(Value::Bool(answer)),
            None if is_consent(field) => Err(unclear(field, &number.to_string())),
            None => Ok(Value::Number(number)),
        }
    }

    /// An unclear flag is sent, and the registry reports it with the other errors. An unclear consent is an error here,
    /// since the registry would take it for a refusal.
    fn answer(&self, field: &str, text: &str) -> Result<Option<Value>, String> {
        match self.answers.read(text) {
            Some(answer) => Ok(Some(Value::Bool(answer))),
            None if is_consent(field) => Err(unclear(field, text.trim())),
            None => Ok(Some(Value::String(text.to_owned()))),
        }
    }

    fn is_missing(&self, field: &str, text: &str) -> bool {
        if field == PASSWORD {
            return false;
        }
        match &self.declared {
            Some(declared) => declared.iter().any(|word| word == text),
            None if self.own => false,
            None => {
                words::is_missing(text)
                    || words::is_perhaps_missing(text) && (has_no_words(field) || self.evident.contains(text))
            }
        }
    }

    /// The text in the registry's form, as far as the options determine it; otherwise unchanged.
    fn converted(&self, field: &str, text: &str) -> String {
        let other = match field {
            "birthDate" => self.date_format.as_ref().and_then(|format| format.read(text)),
            "phoneNumber" => {
                let digits = words::without_decimals(text.trim());
                let region = self.default_region.as_ref().filter(|_| PhoneNumber::parse(digits).is_err());
                let number = region.and_then(|region| PhoneNumber::parse_national(digits, region).ok());
                number
                    .map(|number| number.as_str().to_owned())
                    .or_else(|| (digits != text.trim()).then(|| digits.to_owned()))
            }
            "zipCode" => Some(words::without_decimals(text.trim()).to_owned()),
            _ if self.names => names::code(field, text).map(str::to_owned),
            _ => None,
        };
        match other {
            Some(other) if other != text.trim() => {
                self.notes.changed(field);
                other
            }
            Some(_) | None => text.to_owned(),
        }
    }

    /// Whether the registry would refuse the value, and the customer can do without it.
    fn is_bad(&self, field: &str, text: &str) -> bool {
        if self.kept.iter().any(|kept| kept == field) {
            return false;
        }
        match field {
            "email" => Email::parse(text).is_err(),
            "phoneNumber" => PhoneNumber::parse(text).is_err(),
            "birthDate" => BirthDate::parse(text, self.today).is_err(),
            "country" => Country::parse(text).is_err(),
            "language" | "languageTag" => Language::parse(text).is_err(),
            "zipCode" => ZipCode::parse(text).is_err(),
            "gender" => Gender::parse(text).is_err() && !["m", "f", "o"].contains(&text.trim().to_lowercase().as_str()),
            "civilStatus" => CivilStatus::parse(text).is_err(),
            _ => false,
        }
    }
}

fn unclear(field: &str, text: &str) -> String {
    format!("{field}: {text:?} is neither clearly yes nor clearly no; --yes or --no can say which")
}

/// Whether a word such as NA cannot be a value of the field.
fn has_no_words(field: &str) -> bool {
    is_consent(field) || is_flag(field) || IDENTIFIERS.contains(&field) || WITHOUT_WORDS.contains(&field)
}
