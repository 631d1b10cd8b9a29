//! JSON as it was sent: no member twice, no more nesting than can be walked.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A JSON value in which no object has a member twice. Which of the two was meant cannot be known, so such a text is
/// refused rather than half stored.
struct Strict(Value);

/// Why a text is not accepted, and where.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// The value of a JSON text. Nesting beyond serde_json's limit of 128 is malformed.
pub(crate) fn parse(text: &[u8]) -> Result<Value, Malformed> {
    serde_json::from_slice::<Strict>(text)
        .map(|strict| strict.0)
        .map_err(|error| Malformed { line: error.line(), column: error.column() })
}

/// The places of U+0000 in any text or name, as wire paths.
pub(crate) fn nul_paths(members: &Map<String, Value>) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in members {
        collect_nul_paths(name.clone(), name, value, &mut found);
    }
    found
}

fn collect_nul_paths(path: String, name: &str, value: &Value, found: &mut Vec<String>) {
    if name.contains('\0') {
        found.push(path.replace('\0', "\u{FFFD}"));
        return;
    }
    match value {
        Value::String(text) if text.contains('\0') => found.push(path),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect_nul_paths(format!("{path}[{index}]"), "", item, found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                collect_nul_paths(format!("{path}.{name}"), name, value, found);
            }
        }
    }
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

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
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
    fn nul_is_found_in_texts_and_names() {
        let body = json!({"a": "x\0", "b": {"c": ["", {"d": "\0"}]}, "e\0": 1, "f": "fine"});
        assert_eq!(nul_paths(body.as_object().unwrap()), ["a", "b.c[1].d", "e\u{FFFD}"]);
    }

    proptest! {
        #[test]
        fn reads_what_serde_json_writes(numbers: Vec<f64>, text: String, int: i64, uint: u64, flag: bool) {
            let numbers: Vec<_> = numbers.into_iter().filter(|number| number.is_finite()).collect();
            let value = json!({"numbers": numbers, "text": text, "int": int, "uint": uint, "flag": flag, "null": null});
            prop_assert_eq!(parse(value.to_string().as_bytes()).unwrap(), value);
        }
    }
}
