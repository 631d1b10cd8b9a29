//! Values as several systems write them in responses: numbers as texts, texts as numbers, booleans as either.

use std::fmt;

use serde::de::{self, Deserializer, Visitor};
use serde::{Deserialize, Serialize};

/// A text. A number or a boolean is accepted as its text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Text(String);

/// A boolean, or a word or number for one: `"true"`, `"false"`, `1`, `0`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Flag(pub bool);

/// An integer, or its text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Number(pub i64);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for Text {
    fn from(text: T) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScalarVisitor).map(Self)
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(ScalarVisitor)?;
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" => Ok(Self(true)),
            "false" | "0" | "" => Ok(Self(false)),
            _ => Err(de::Error::custom("neither yes nor no")),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = deserializer.deserialize_any(ScalarVisitor)?;
        text.trim().parse().map(Self).map_err(|_| de::Error::custom("not a whole number"))
    }
}

/// Accepts any scalar as its text. Errors do not show the value: it may be personal data.
struct ScalarVisitor;

impl Visitor<'_> for ScalarVisitor {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number or a boolean")
    }

    fn visit_str<E>(self, value: &str) -> Result<String, E> {
        Ok(value.to_owned())
    }

    fn visit_string<E>(self, value: String) -> Result<String, E> {
        Ok(value)
    }

    fn visit_bool<E>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E>(self, value: i64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_u64<E>(self, value: u64) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_f64<E>(self, value: f64) -> Result<String, E> {
        Ok(value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;

    fn read<T: DeserializeOwned>(value: Value) -> Option<T> {
        serde_json::from_value(value).ok()
    }

    #[test]
    fn texts_are_taken_from_any_scalar() {
        for (value, text) in [(json!("x"), "x"), (json!(12), "12"), (json!(-3), "-3"), (json!(true), "true")] {
            assert_eq!(read::<Text>(value).unwrap().as_str(), text);
        }
        assert_eq!((read::<Text>(json!({})), read::<Text>(json!(null))), (None, None));
    }

    #[test]
    fn flags_are_taken_from_words_and_digits() {
        for value in [json!(true), json!("TRUE"), json!(1), json!("1")] {
            assert_eq!(read(value), Some(Flag(true)));
        }
        for value in [json!(false), json!("false"), json!(0), json!("0"), json!("")] {
            assert_eq!(read(value), Some(Flag(false)));
        }
        assert_eq!((read::<Flag>(json!("perhaps")), read::<Flag>(json!(2))), (None, None));
    }

    #[test]
    fn numbers_are_taken_from_texts() {
        assert_eq!((read(json!(7)), read(json!(" 7 "))), (Some(Number(7)), Some(Number(7))));
        assert_eq!((read::<Number>(json!(7.5)), read::<Number>(json!("many"))), (None, None));
    }
}
