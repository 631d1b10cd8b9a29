//! The conversion of a cell's text, or of a JSON member, to the value of its field.

use std::cell::RefCell;
use std::collections::BTreeSet;

use domain::value::{BirthDate, CivilStatus, Country, Email, Gender, Language, PhoneNumber, ZipCode, visible};
use jiff::civil::Date;
use serde_json::{Number, Value};

use super::contacts;
use super::dates::DateFormat;
use super::names;
use super::notes::Notes;
use super::options::Import;
use super::words::{self, Answers};
use crate::body::{is_consent, is_flag};
use crate::fields;

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
/// Fields whose values are numbers in many systems.
const NUMBERS: [&str; 8] = [
    "extId",
    "extProp1",
    "extProp2",
    "document.memberId",
    "document.number",
    "document.passportNumber",
    "document.personalId",
    "zipCode",
];

/// How texts are read.
pub(super) struct Values {
    answers: Answers,
    /// The markers of missing values that the user declared.
    declared: Option<Vec<String>>,
    /// Markers of missing values that were found in fields where they cannot be values.
    pub(super) evident: BTreeSet<String>,
    /// Fields that were seen to have more digits than a spreadsheet can compute with.
    precise: RefCell<BTreeSet<String>>,
    /// The file is an export of a registry, in which a word such as NA is a value.
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
            precise: RefCell::default(),
            own: false,
            exact: false,
            date_format: options.date_format.clone(),
            default_region: options.default_region.clone(),
            names: options.names || options.preset.is_some(),
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
        // What an export of a registry has is exact, and a password is any text.
        let text = if self.own || field == PASSWORD { text } else { words::trimmed(text) };
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
        if !self.own && IDENTIFIERS.contains(&field) && self.is_rounded(field, text) {
            return Err(format!(
                "{field}: a spreadsheet computes with 15 digits, and {text} has zeros behind them; its last digits may be lost"
            ));
        }
        if self.names && names::is_nothing(field, text) {
            self.notes.dropped(field);
            return Ok(None);
        }
        let text = match self.converted(field, text) {
            Err(_) if self.can_drop(field) => {
                self.notes.dropped(field);
                return Ok(None);
            }
            text => text?,
        };
        if self.can_drop(field) && self.is_bad(field, &text) {
            self.notes.dropped(field);
            return Ok(None);
        }
        Ok(Some(Value::String(text)))
    }

    /// Whether a spreadsheet may have rounded a long number, as far as no other of the field shows that none has written them.
    fn is_rounded(&self, field: &str, text: &str) -> bool {
        if !words::is_long_number(text) || self.precise.borrow().contains(field) {
            return false;
        }
        let rounded = words::is_rounded(text);
        if !rounded {
            self.precise.borrow_mut().insert(field.to_owned());
        }
        rounded
    }

    /// The value of a field that JSON has as a number.
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

    /// The text in the form that the registry takes, as far as the options tell how; otherwise as it is.
    ///
    /// # Errors
    /// It can be read in two ways.
    fn converted(&self, field: &str, text: &str) -> Result<String, String> {
        let other = match field {
            "birthDate" => self.date_format.as_ref().and_then(|format| format.read(text, self.today)),
            "phoneNumber" => contacts::phone_number(text, self.default_region.as_ref())?,
            "email" if !self.own => contacts::email(text),
            _ if !self.own && NUMBERS.contains(&field) => Some(words::without_decimals(text.trim()).to_owned()),
            _ if self.names => names::code(field, text),
            _ => None,
        };
        match other {
            Some(other) if other != text.trim() => {
                self.notes.changed(field);
                Ok(other)
            }
            Some(_) | None => Ok(text.to_owned()),
        }
    }

    /// Whether the user wants a customer without a bad value of this field. Those by which customers are found stay.
    fn can_drop(&self, field: &str) -> bool {
        self.drop_bad && !self.kept.iter().any(|kept| kept == field)
    }

    /// Whether the registry would refuse the value, and the customer can be without it.
    fn is_bad(&self, field: &str, text: &str) -> bool {
        let kind = if field == "languageTag" { Some("Language") } else { fields::kind(field) };
        match kind {
            Some("Email") => Email::parse(text).is_err(),
            Some("PhoneNumber") => PhoneNumber::parse(text).is_err(),
            Some("BirthDate") => BirthDate::parse(text, self.today).is_err(),
            Some("Country") => Country::parse(text).is_err(),
            Some("Language") => Language::parse(text).is_err(),
            Some("ZipCode") => ZipCode::parse(text).is_err(),
            Some("Gender") => {
                Gender::parse(text).is_err() && !["m", "f", "o"].contains(&text.trim().to_lowercase().as_str())
            }
            Some("CivilStatus") => CivilStatus::parse(text).is_err(),
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

#[cfg(test)]
mod tests {
    use clap::Parser;
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        import: Import,
    }

    fn values(options: &[&str]) -> Values {
        let options = Line::parse_from([&["c4w", "guests.csv"][..], options].concat()).import;
        Values::new(&options, date(2026, 12, 1))
    }

    fn read(values: &Values, field: &str, text: &str) -> Option<String> {
        values.read(field, text).unwrap().map(|value| value.as_str().unwrap().to_owned())
    }

    #[test]
    fn white_space_around_a_value_is_no_part_of_it() {
        let read_values = values(&[]);
        for text in ["crm-1", "crm-1 ", " crm-1", "crm-1        ", "\tcrm-1", "=\"crm-1 \"", "\u{200b} crm-1"] {
            assert_eq!(read(&read_values, "extId", text).as_deref(), Some("crm-1"), "{text:?}");
        }
        assert_eq!(read(&read_values, "firstName", " Ada Maria\t").as_deref(), Some("Ada Maria"));
        assert_eq!(read(&read_values, "password", " x ").as_deref(), Some(" x "));
        let own = Values { own: true, ..values(&[]) };
        assert_eq!(read(&own, "extId", " crm-1").as_deref(), Some(" crm-1"));
    }

    #[test]
    fn a_number_is_an_id_without_its_decimals() {
        let values = values(&[]);
        assert_eq!(read(&values, "extId", "101.0").as_deref(), Some("101"));
        assert_eq!(read(&values, "extId", "1.5").as_deref(), Some("1.5"));
        assert_eq!(values.notes.to_json()["changed"], json!({"extId": 1}));
        let own = Values { own: true, ..self::values(&[]) };
        assert_eq!(read(&own, "extId", "101.0").as_deref(), Some("101.0"));
    }

    #[test]
    fn an_id_that_a_spreadsheet_has_rounded_is_none() {
        let values = values(&[]);
        let reason = values.read("extId", "1234567890123450000").unwrap_err();
        assert!(reason.contains("15 digits"), "{reason}");
        assert!(values.read("firstName", "1234567890123450000").is_ok());
        // The file has others, which no spreadsheet has written.
        assert!(values.read("extId", "1234567890123456").is_ok());
        assert!(values.read("extId", "1234567890123450").is_ok());
        assert!(values.read("extProp1", "1234567890123450").is_err());
    }

    #[test]
    fn a_number_of_two_meanings_is_refused_or_dropped() {
        let text = "62218350123";
        assert!(values(&["--default-region", "ID"]).read("phoneNumber", text).is_err());
        let dropping = values(&["--default-region", "ID", "--drop-bad-values"]);
        assert_eq!(dropping.read("phoneNumber", text), Ok(None));
        assert_eq!(dropping.notes.to_json()["dropped"], json!({"phoneNumber": 1}));
        let finding = values(&["--default-region", "ID", "--drop-bad-values", "--deduplicate", "phoneNumber"]);
        assert!(finding.read("phoneNumber", text).is_err());
    }

    #[test]
    fn titles_and_genders_that_say_nothing_are_dropped_with_a_note() {
        let values = values(&["--names"]);
        for (field, text, value) in [
            ("civilStatus", "Dr.", None),
            ("civilStatus", "Herr Dr.", Some("Mr")),
            ("gender", "Prefer not to say", None),
            ("gender", "m\u{e2}le", Some("male")),
        ] {
            assert_eq!(read(&values, field, text).as_deref(), value, "{text}");
        }
        assert_eq!(values.notes.to_json()["dropped"], json!({"civilStatus": 1, "gender": 1}));
        assert_eq!(read(&self::values(&[]), "gender", "unknown").as_deref(), Some("unknown"));
    }
}
