//! JSON as it was sent: no member twice, no more nesting than can be walked.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON value in which no object has a member twice. Which of the two was meant cannot be known, so such a text is
/// refused rather than half stored.
struct Strict(Value);

/// 2^63: from here on an integer that serde_json gives as a float was too large for both of its integer types.
const INTEGER_BEYOND: f64 = 9_223_372_036_854_775_808.0;

/// Why a text is not accepted, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed {
    /// From 1 on.
    pub line: usize,
    /// Bytes into the line.
    pub column: usize,
}

/// The value of a JSON text. Nesting beyond serde_json's limit of 128 is malformed, as is a member twice in an object and
/// an integer beyond 64 bits.
///
/// # Errors
/// The text is malformed.
pub fn parse(text: &[u8]) -> Result<Value, Malformed> {
    serde_json::from_slice::<Strict>(text)
        .map(|strict| strict.0)
        .map_err(|error| Malformed { line: error.line(), column: error.column() })
}

/// Places of U+0000 that are told: a body has room for very many.
const NUL_TOLD: usize = 100;
/// Characters of a name that are told in a path: a name can be as long as a body.
const NAME_TOLD: usize = 128;

/// The places of U+0000 in any text or name, as wire paths; no more than the first hundred.
pub(crate) fn nul_paths(members: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    let mut path = Vec::new();
    collect_members(members, &mut path, &mut found);
    found
}

/// A step of a path. Paths are made into text only where something is found: names may be long and values many.
#[derive(Clone, Copy)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

fn collect_members<'a>(members: &'a Map<String, Value>, path: &mut Vec<Step<'a>>, found: &mut Vec<String>) {
    for (name, value) in members {
        path.push(Step::Name(name));
        if name.contains('\0') {
            tell(path, found);
        } else {
            collect(value, path, found);
        }
        path.pop();
    }
}

fn collect<'a>(value: &'a Value, path: &mut Vec<Step<'a>>, found: &mut Vec<String>) {
    match value {
        Value::String(text) if text.contains('\0') => tell(path, found),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                path.push(Step::Index(index));
                collect(item, path, found);
                path.pop();
            }
        }
        Value::Object(members) => collect_members(members, path, found),
    }
}

fn tell(path: &[Step<'_>], found: &mut Vec<String>) {
    if found.len() == NUL_TOLD {
        return;
    }
    let mut text = String::new();
    for step in path {
        match step {
            Step::Index(index) => text.push_str(&format!("[{index}]")),
            Step::Name(name) => {
                let dot = if text.is_empty() { "" } else { "." };
                text.push_str(dot);
                text.extend(
                    name.chars().take(NAME_TOLD).map(|c| if c == '\0' { char::REPLACEMENT_CHARACTER } else { c }),
                );
            }
        }
    }
    found.push(text);
}

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    /// serde_json reads an integer beyond 64 bits as the nearest float. It may be another system's id, so it is refused
    /// rather than stored with other digits. Fractions are doubles by RFC 8259, 6.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        if value.fract() == 0.0 && value.abs() >= INTEGER_BEYOND {
            return Err(E::custom("an integer beyond 64 bits"));
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = items.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some((name, Strict(value))) = members.next_entry::<String, Strict>()? {
            if map.insert(name, value).is_some() {
                return Err(A::Error::custom("a member stands twice"));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_member_twice_is_malformed_at_any_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"a":{"b":1,"b":2}}]"#, r#"{"a":1,"\u0061":2}"#] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(parse(br#"{"a":1,"A":{"a":2}}"#).unwrap(), json!({"a": 1, "A": {"a": 2}}));
    }

    #[test]
    fn what_is_no_text_is_malformed() {
        for text in [&b""[..], b"{", b"{\"a\":\"\xff\"}", br#"{"a":"\ud800"}"#, br#"{"a":1e999}"#, b"{} {}", b"{'a':1}"]
        {
            assert!(parse(text).is_err(), "{}", String::from_utf8_lossy(text));
        }
        assert_eq!(parse(b"{\"a\":1,\n\"a\":2}").unwrap_err().line, 2);
    }

    #[test]
    fn deep_nesting_is_malformed_and_harmless() {
        assert!(parse("[".repeat(10_000).as_bytes()).is_err());
        assert!(parse(format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)).as_bytes()).is_err());
        assert!(parse(format!("{}1{}", "[".repeat(100), "]".repeat(100)).as_bytes()).is_ok());
    }

    #[test]
    fn integers_that_would_lose_digits_are_malformed() {
        for text in ["123456789012345678901234567890", "18446744073709551616", "-9223372036854775809", "1e30"] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
        for text in ["18446744073709551615", "-9223372036854775808", "0.1", "1e3", "-1.5e-7"] {
            assert!(parse(text.as_bytes()).is_ok(), "{text}");
        }
    }

    /// Long names times many values: text for each value's path would be gigabytes.
    #[test]
    fn very_long_names_over_very_many_values_cost_nothing() {
        let long = "k".repeat(500_000);
        let body = json!({ long: vec!["\0"; 50_000] });
        let found = nul_paths(body.as_object().unwrap());
        assert_eq!((found.len(), found[99].len()), (100, 128 + "[99]".len()));
    }

    #[test]
    fn nul_is_found_in_texts_and_names() {
        let body = json!({"a": "x\0", "b": {"c": ["", {"d": "\0"}]}, "e\0": 1, "f": "fine"});
        assert_eq!(nul_paths(body.as_object().unwrap()), ["a", "b.c[1].d", "e\u{FFFD}"]);
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(numbers in proptest::collection::vec(-1e15..1e15, 0..9), text: String, int: i64, uint: u64, flag: bool) {
            let value = json!({"numbers": numbers, "text": text, "int": int, "uint": uint, "flag": flag, "null": null});
            prop_assert_eq!(parse(value.to_string().as_bytes()).unwrap(), value);
        }
    }
}
