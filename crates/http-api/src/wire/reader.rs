//! Turns members into values of the domain and collects everything that is wrong with them.

use std::collections::BTreeMap;

use domain::customer::Patch;
use domain::value::{PhoneNumber, PhoneNumberRule, visible};
use domain::{InvalidValue, Violation, ViolationCode};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::member::{Member, members};
use super::{JsonBody, json};
use crate::ApiError;

/// Collects violations, one for each path: a body of a mebibyte has room for a hundred thousand of them.
pub(crate) struct Reader {
    violations: BTreeMap<String, Violation>,
    /// The day after which nobody is born yet.
    pub(crate) today: Date,
    /// Which telephone numbers are taken.
    phone_numbers: PhoneNumberRule,
}

impl Reader {
    /// Begins with what is wrong anywhere in the body.
    pub(crate) fn new(body: &JsonBody, today: Date) -> Self {
        let mut reader = Self::empty(today);
        for path in json::nul_paths(&body.0) {
            reader.note(InvalidValue::invalid("must not contain U+0000").at(path));
        }
        reader
    }

    /// Begins with nothing wrong, for a request without a body.
    pub(crate) fn empty(today: Date) -> Self {
        Self { violations: BTreeMap::new(), today, phone_numbers: PhoneNumberRule::default() }
    }

    /// Takes telephone numbers by an organization's rule.
    pub(crate) fn with_phone_numbers(mut self, rule: PhoneNumberRule) -> Self {
        self.phone_numbers = rule;
        self
    }

    /// A telephone number.
    pub(crate) fn phone_number(&mut self, path: &str, member: &Member) -> Patch<PhoneNumber> {
        let rule = self.phone_numbers;
        self.text(path, member, |text| PhoneNumber::parse_by(text, rule))
    }

    /// Notes a violation, unless there is one at the same path already.
    pub(crate) fn note(&mut self, violation: Violation) {
        self.violations.entry(violation.field.clone()).or_insert(violation);
    }

    /// Something was wrong so far.
    pub(crate) fn found_any(&self) -> bool {
        !self.violations.is_empty()
    }

    /// The value, if nothing was wrong; else everything that was, in the order of the paths.
    pub(crate) fn finish<T>(self, value: impl FnOnce() -> Option<T>) -> Result<T, ApiError> {
        let value = if self.violations.is_empty() { value() } else { None };
        value.ok_or_else(|| ApiError::InvalidParameters(self.violations.into_values().collect()))
    }

    /// A value that is needed.
    pub(crate) fn require<T>(&mut self, path: &str, patch: &Patch<T>) {
        self.require_some(path, patch.value());
    }

    /// The same of what can be there or not.
    pub(crate) fn require_some<T>(&mut self, path: &str, value: Option<&T>) {
        if value.is_none() {
            self.note(InvalidValue::new(ViolationCode::Required, "is required").at(path));
        }
    }

    /// A text. Blank is the same as null: forms send empty fields.
    pub(crate) fn text<T>(
        &mut self,
        path: &str,
        member: &Member,
        parse: impl FnOnce(&str) -> Result<T, InvalidValue>,
    ) -> Patch<T> {
        match &member.0 {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::String(text)) if visible(text).is_empty() => Patch::Clear,
            Some(Value::String(text)) => self.accept(path, parse(text)),
            Some(_) => self.wrong_type(path, "a string"),
        }
    }

    /// A boolean, also as the text or number that SDKs make of it.
    pub(crate) fn flag(&mut self, path: &str, member: &Member) -> Patch<bool> {
        match &member.0 {
            Some(Value::String(text)) if visible(text).is_empty() => Patch::Clear,
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(value @ (Value::Bool(_) | Value::String(_) | Value::Number(_))) => {
                let flag = truth(value).ok_or_else(|| InvalidValue::invalid("must be true or false"));
                self.accept(path, flag)
            }
            Some(Value::Array(_) | Value::Object(_)) => self.wrong_type(path, "a boolean"),
        }
    }

    /// A consent: what does not clearly say yes says no.
    pub(crate) fn consent(&mut self, path: &str, member: &Member) -> Patch<bool> {
        match &member.0 {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::Array(_) | Value::Object(_)) => self.wrong_type(path, "a boolean"),
            Some(value) => Patch::Set(truth(value).unwrap_or(false)),
        }
    }

    /// An object.
    pub(crate) fn object(&mut self, path: &str, member: &Member) -> Patch<Map<String, Value>> {
        match &member.0 {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::Object(members)) => Patch::Set(members.clone()),
            Some(_) => self.wrong_type(path, "an object"),
        }
    }

    /// A whole number.
    pub(crate) fn number<T>(
        &mut self,
        path: &str,
        member: &Member,
        parse: impl FnOnce(u32) -> Result<T, InvalidValue>,
    ) -> Patch<T> {
        match &member.0 {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::Number(number)) => {
                let number = number.as_u64().and_then(|number| u32::try_from(number).ok());
                let number = number.ok_or_else(|| InvalidValue::invalid("must be a whole number within the limits"));
                self.accept(path, number.and_then(parse))
            }
            Some(_) => self.wrong_type(path, "a number"),
        }
    }

    /// A number, with or without a fraction.
    pub(crate) fn decimal<T>(
        &mut self,
        path: &str,
        member: &Member,
        parse: impl FnOnce(f64) -> Result<T, InvalidValue>,
    ) -> Patch<T> {
        match &member.0 {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::Number(number)) => self.accept(path, parse(number.as_f64().unwrap_or(f64::NAN))),
            Some(_) => self.wrong_type(path, "a number"),
        }
    }

    /// An array of at most so many items. Each is read by itself, with its path; one that is nothing notes why.
    pub(crate) fn list<T>(
        &mut self,
        path: &str,
        member: &Member,
        limit: usize,
        mut read: impl FnMut(&mut Self, &str, &Member) -> Option<T>,
    ) -> Patch<Vec<T>> {
        match &member.0 {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(Value::Array(items)) if items.len() > limit => {
                self.accept(path, Err(InvalidValue::too_long(limit, "entries")))
            }
            Some(Value::Array(items)) => {
                let mut values = Vec::new();
                for (index, item) in items.iter().enumerate() {
                    values.extend(read(self, &format!("{path}[{index}]"), &Member(Some(item.clone()))));
                }
                if values.len() == items.len() { Patch::Set(values) } else { Patch::Keep }
            }
            Some(_) => self.wrong_type(path, "an array"),
        }
    }

    /// An object with known members; others are ignored.
    pub(crate) fn group<B: DeserializeOwned>(&mut self, path: &str, member: &Member) -> Patch<B> {
        match self.object(path, member) {
            Patch::Keep => Patch::Keep,
            Patch::Clear => Patch::Clear,
            Patch::Set(object) => self.accept(path, members(object).map_err(|_| InvalidValue::invalid("is not valid"))),
        }
    }

    /// The value, or a note of why there is none.
    pub(crate) fn accept<T>(&mut self, path: &str, value: Result<T, InvalidValue>) -> Patch<T> {
        match value {
            Ok(value) => Patch::Set(value),
            Err(error) => {
                self.note(error.at(path));
                Patch::Keep
            }
        }
    }

    fn wrong_type<T>(&mut self, path: &str, wanted: &str) -> Patch<T> {
        self.accept(path, Err(InvalidValue::new(ViolationCode::WrongType, format!("must be {wanted}"))))
    }
}

/// What SDKs send for true and false: the boolean, its word in any case, 1 and 0, and these as text.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => match visible(text).to_ascii_lowercase().as_str() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        Value::Number(number) if number.as_f64() == Some(1.0) => Some(true),
        Value::Number(number) if number.as_f64() == Some(0.0) => Some(false),
        Value::Number(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use domain::value::ShortText;
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn reader() -> Reader {
        Reader::empty(date(2024, 1, 1))
    }

    fn codes(reader: Reader) -> Vec<(String, ViolationCode)> {
        reader.violations.into_values().map(|violation| (violation.field, violation.code)).collect()
    }

    #[test]
    fn flags_come_in_many_forms() {
        for (value, flag) in [
            (json!(true), Patch::Set(true)),
            (json!("TRUE"), Patch::Set(true)),
            (json!(1), Patch::Set(true)),
            (json!("1"), Patch::Set(true)),
            (json!(1.0), Patch::Set(true)),
            (json!(false), Patch::Set(false)),
            (json!("false"), Patch::Set(false)),
            (json!(0), Patch::Set(false)),
            (json!("0"), Patch::Set(false)),
            (json!(null), Patch::Clear),
            (json!(""), Patch::Clear),
        ] {
            assert_eq!(reader().flag("lock", &Member(Some(value.clone()))), flag, "{value}");
        }
        assert_eq!(reader().flag("lock", &Member(None)), Patch::Keep);
        let mut reader = reader();
        for (path, value) in [("a", json!("yes")), ("b", json!(2)), ("c", json!([])), ("d", json!({}))] {
            assert_eq!(reader.flag(path, &Member(Some(value))), Patch::Keep);
        }
        assert_eq!(
            codes(reader),
            [
                ("a".to_owned(), ViolationCode::Invalid),
                ("b".to_owned(), ViolationCode::Invalid),
                ("c".to_owned(), ViolationCode::WrongType),
                ("d".to_owned(), ViolationCode::WrongType),
            ]
        );
    }

    #[test]
    fn consent_that_is_not_clear_is_refusal() {
        let mut reader = reader();
        for (value, accepted) in
            [(json!("True"), true), (json!(1), true), (json!("yes"), false), (json!(2), false), (json!(""), false)]
        {
            assert_eq!(
                reader.consent("policies.privacy", &Member(Some(value.clone()))),
                Patch::Set(accepted),
                "{value}"
            );
        }
        assert_eq!(reader.consent("policies.privacy", &Member(Some(json!(null)))), Patch::Clear);
        assert_eq!(reader.consent("policies.privacy", &Member(Some(json!({})))), Patch::Keep);
        assert_eq!(codes(reader), [("policies.privacy".to_owned(), ViolationCode::WrongType)]);
    }

    #[test]
    fn blank_text_is_null_and_numbers_are_no_text() {
        let mut reader = reader();
        assert_eq!(reader.text("firstName", &Member(Some(json!(" "))), ShortText::parse), Patch::Clear);
        assert_eq!(reader.text("firstName", &Member(None), ShortText::parse), Patch::Keep);
        assert_eq!(reader.text("zipCode", &Member(Some(json!(20121))), ShortText::parse), Patch::Keep);
        assert_eq!(codes(reader), [("zipCode".to_owned(), ViolationCode::WrongType)]);
    }

    #[test]
    fn numbers_are_whole_and_no_text() {
        let mut reader = reader();
        assert_eq!(reader.number("hits", &Member(Some(json!(3))), Ok), Patch::Set(3));
        assert_eq!(reader.number("hits", &Member(Some(json!(null))), Ok), Patch::Clear);
        assert_eq!(reader.number("hits", &Member(None), Ok), Patch::Keep);
        for (path, value) in [("a", json!(1.5)), ("b", json!(-1)), ("c", json!(4_294_967_296_u64)), ("d", json!("3"))] {
            assert_eq!(reader.number(path, &Member(Some(value)), Ok), Patch::Keep);
        }
        let codes: Vec<_> = codes(reader).into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes[..3], [ViolationCode::Invalid; 3]);
        assert_eq!(codes[3..], [ViolationCode::WrongType]);
    }

    #[test]
    fn each_item_of_a_list_has_its_path() {
        let mut reader = reader();
        let text = |reader: &mut Reader, path: &str, item: &Member| {
            reader.text(path, item, ShortText::parse).value().map(|text| text.as_str().to_owned())
        };
        let mut read = |path: &str, value: Value| reader.list(path, &Member(Some(value)), 3, text);
        assert_eq!(read("names", json!(["a", "b"])), Patch::Set(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(read("names", json!(null)), Patch::Clear);
        assert_eq!(read("names", json!(["a", 1, "b"])), Patch::Keep);
        assert_eq!(read("other", json!("a")), Patch::Keep);
        assert_eq!(read("long", json!(["a", "b", "c", "d"])), Patch::Keep);
        let codes = codes(reader);
        let found: Vec<_> = codes.iter().map(|(path, code)| (path.as_str(), *code)).collect();
        assert_eq!(
            found,
            [
                ("long", ViolationCode::TooLong),
                ("names[1]", ViolationCode::WrongType),
                ("other", ViolationCode::WrongType)
            ]
        );
    }

    #[test]
    fn one_violation_for_each_path() {
        let mut reader = reader();
        reader.note(InvalidValue::invalid("first").at("a"));
        reader.note(InvalidValue::invalid("second").at("a"));
        assert_eq!(codes(reader).len(), 1);
    }
}
