//! An integrator's own attributes.

use serde_json::{Map, Value};

use super::text::refuse_nul;
use crate::{InvalidValue, limits};

/// Attributes of a customer that Guestbook stores without interpreting them: a bounded JSON object.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Custom(Map<String, Value>);

/// Attributes to set, or to remove by null.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomChanges(Map<String, Value>);

impl Custom {
    /// Parses attributes.
    ///
    /// # Errors
    /// Over the limits of number, depth or size, a blank or too long name, or U+0000 anywhere.
    pub fn parse(members: Map<String, Value>) -> Result<Self, InvalidValue> {
        if members.len() > limits::CUSTOM_MEMBERS {
            return Err(InvalidValue::too_long(limits::CUSTOM_MEMBERS, "members"));
        }
        for (name, value) in &members {
            check_name(name)?;
            check_value(value, 2)?;
        }
        if members.iter().map(|(name, value)| name.len() + value.to_string().len() + 4).sum::<usize>()
            > limits::CUSTOM_BYTES
        {
            return Err(InvalidValue::too_long(limits::CUSTOM_BYTES, "bytes of JSON"));
        }
        Ok(Self(members))
    }

    /// The attributes.
    pub fn members(&self) -> &Map<String, Value> {
        &self.0
    }
}

impl CustomChanges {
    /// Parses changes.
    ///
    /// # Errors
    /// As for [`Custom::parse`]: changes that exceed the limits alone also exceed them after the merge.
    pub fn parse(members: Map<String, Value>) -> Result<Self, InvalidValue> {
        Custom::parse(members).map(|custom| Self(custom.0))
    }

    /// The changes without removals: null members are omitted.
    #[must_use]
    pub fn without_removals(mut self) -> Self {
        self.0.retain(|_, value| !value.is_null());
        self
    }

    /// The attributes after these changes.
    ///
    /// # Errors
    /// The result is over the limits.
    pub fn merge(self, before: &Custom) -> Result<Custom, InvalidValue> {
        let mut members = before.0.clone();
        for (name, value) in self.0 {
            if value.is_null() {
                members.remove(&name);
            } else {
                members.insert(name, value);
            }
        }
        Custom::parse(members)
    }
}

fn check_name(name: &str) -> Result<(), InvalidValue> {
    refuse_nul(name)?;
    if name.trim().is_empty() {
        return Err(InvalidValue::invalid("a member's name must not be blank"));
    }
    if name.chars().count() > limits::CUSTOM_NAME {
        return Err(InvalidValue::too_long(limits::CUSTOM_NAME, "characters in a member's name"));
    }
    Ok(())
}

fn check_value(value: &Value, depth: usize) -> Result<(), InvalidValue> {
    let nested: Box<dyn Iterator<Item = &Value>> = match value {
        Value::String(text) => return refuse_nul(text),
        Value::Null | Value::Bool(_) | Value::Number(_) => return Ok(()),
        Value::Array(items) => Box::new(items.iter()),
        Value::Object(members) => {
            members.keys().try_for_each(|name| refuse_nul(name))?;
            Box::new(members.values())
        }
    };
    if depth > limits::CUSTOM_DEPTH {
        return Err(InvalidValue::too_long(limits::CUSTOM_DEPTH, "levels of nesting"));
    }
    nested.into_iter().try_for_each(|value| check_value(value, depth + 1))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ViolationCode;

    #[expect(clippy::needless_pass_by_value, reason = "takes the result of json!")]
    fn map(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn merges_by_member_and_null_removes() {
        let before = Custom::parse(map(json!({"a": 1, "b": {"x": 1}}))).unwrap();
        let changes = CustomChanges::parse(map(json!({"a": null, "b": 2, "c": []}))).unwrap();
        assert_eq!(changes.clone().merge(&before).unwrap().members(), &map(json!({"b": 2, "c": []})));
        let kept = changes.without_removals().merge(&before).unwrap();
        assert_eq!(kept.members(), &map(json!({"a": 1, "b": 2, "c": []})));
    }

    #[test]
    fn depth_counts_the_object_itself() {
        let nest = |levels: usize| {
            let inner = (1..levels).fold(json!(1), |value, _| json!([value]));
            Custom::parse(map(json!({"a": inner})))
        };
        assert!(nest(limits::CUSTOM_DEPTH).is_ok());
        assert_eq!(nest(limits::CUSTOM_DEPTH + 1).unwrap_err().code, ViolationCode::TooLong);
    }

    #[test]
    fn is_bounded_before_and_after_a_merge() {
        let many = |from: usize, to: usize| {
            map(json!((from..to).map(|n| (format!("k{n}"), 1)).collect::<std::collections::BTreeMap<_, _>>()))
        };
        let full = Custom::parse(many(0, limits::CUSTOM_MEMBERS)).unwrap();
        assert!(Custom::parse(many(0, limits::CUSTOM_MEMBERS + 1)).is_err());
        assert!(CustomChanges::parse(many(0, 1)).unwrap().merge(&full).is_ok());
        assert!(CustomChanges::parse(many(200, 201)).unwrap().merge(&full).is_err());
        assert_eq!(
            Custom::parse(map(json!({"a": "x".repeat(limits::CUSTOM_BYTES)}))).unwrap_err().code,
            ViolationCode::TooLong
        );
    }

    #[test]
    fn refuses_nul_at_any_depth_and_bad_names() {
        for value in [
            json!({"a": "x\0"}),
            json!({"a": [{"b\0": 1}]}),
            json!({"a\0": 1}),
            json!({" ": 1}),
            json!({"n".repeat(129): 1}),
        ] {
            assert!(Custom::parse(map(value.clone())).is_err(), "{value}");
        }
    }
}
