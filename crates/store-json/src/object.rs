//! From a column to the form that is stored in it.

use serde::de::DeserializeOwned;

/// Reads a stored object. `None`: the text is not JSON, not an object, or not one of this form.
///
/// serde also makes a struct of an array, member by member, so that damage such as `[]` would be read as an empty group.
pub fn object<J: DeserializeOwned>(json: &str) -> Option<J> {
    json.trim_start().starts_with('{').then(|| serde_json::from_str(json).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DocumentJson;

    #[test]
    fn an_array_is_not_an_object() {
        assert!(object::<DocumentJson>(" {}").is_some());
        for damage in ["", "[]", "[null]", "null", "{", "{\"unknown\":1}"] {
            assert!(object::<DocumentJson>(damage).is_none(), "{damage}");
        }
    }
}
