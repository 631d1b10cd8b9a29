//! One member of a body, of whatever type.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// A member that may be absent (`None`), null, or anything else: clients send texts for booleans and objects as texts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member(pub(crate) Option<Value>);

/// The known members of an object; others are ignored.
pub(super) fn members<B: DeserializeOwned>(object: Map<String, Value>) -> Result<B, serde_json::Error> {
    // serde reads an absent `Option` and one that is null alike, so each value is wrapped for the way.
    let wrapped = object.into_iter().map(|(name, value)| (name, Value::Array(vec![value]))).collect();
    serde_json::from_value(Value::Object(wrapped))
}

impl<'de> Deserialize<'de> for Member {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wrapped = Option::<(Value,)>::deserialize(deserializer)?;
        Ok(Self(wrapped.map(|(value,)| value)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    struct Body {
        absent: Member,
        null: Member,
        list: Member,
    }

    #[test]
    fn absent_and_null_differ() {
        let Value::Object(object) = json!({"null": null, "list": [1], "unknown": 2}) else { unreachable!() };
        let body: Body = members(object).unwrap();
        assert_eq!((body.absent.0, body.null.0, body.list.0), (None, Some(Value::Null), Some(json!([1]))));
    }
}
