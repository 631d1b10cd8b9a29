//! The body of a request, from a file and from fields.

use std::fs;
use std::io::{self, Read};

use c4w_client::Body;
use clap::Args;
use serde_json::{Map, Value};

use crate::failure::Failure;
use crate::fields;
use crate::import::{Answers, is_path};

#[derive(Args)]
pub(crate) struct BodyOptions {
    /// A file with a JSON object; - is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// A field: path=text, such as policies.privacy=true, or path:=JSON; empty means null. Takes precedence over the
    /// file; can be repeated
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = Field::parse)]
    fields: Vec<Field>,
}

/// A field and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    path: Vec<String>,
    value: Value,
}

/// The group in which every field is something that a person accepted, or did not.
const CONSENTS: &str = "policies.";

/// Groups whose members have names of their own.
const NAMED: [&str; 2] = ["custom", "policies.customs"];
/// Members that only responses have, so that the output of `customer get` can be changed and sent.
const OF_ANSWERS: [&str; 7] = ["created", "devices", "generated", "id", "modified", "phoneNumberValid", "status"];

/// Whether a field is boolean, so that the registry refuses any other value.
pub(crate) fn is_flag(field: &str) -> bool {
    field == "lock" || fields::is_flag(field)
}

/// Whether a field is a consent. The registry reads every value that is not clearly yes as a refusal, so only clear
/// values may be sent.
pub(crate) fn is_consent(field: &str) -> bool {
    field.starts_with(CONSENTS) && field != "policies.customs"
}

impl BodyOptions {
    pub(crate) fn read(&self) -> Result<Body, Failure> {
        let mut body = self.file.as_deref().map_or_else(|| Ok(Map::new()), read)?;
        if let Some(path) = no_field("", &body) {
            let file = self.file.as_deref().unwrap_or_default();
            return Err(Failure::usage(format!("{file}: there is no field {path:?}")));
        }
        if let Some(Value::Object(policies)) = body.get_mut("policies") {
            read_consents("policies", policies)?;
        }
        for field in &self.fields {
            field.put_into(&mut body)?;
        }
        Ok(body)
    }
}

impl Field {
    pub(crate) const fn new(path: Vec<String>, value: Value) -> Self {
        Self { path, value }
    }

    /// Parses a path of the API's fields, and a value. A path that is not a field would be lost silently.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let field = Self::parse_any(text)?;
        let path = field.path();
        if is_path(&path) { Ok(field) } else { Err(format!("there is no field {path:?}")) }
    }

    fn parse_any(text: &str) -> Result<Self, String> {
        let (path, value) = text.split_once('=').ok_or("it must be FIELD=VALUE or FIELD:=JSON")?;
        match path.strip_suffix(':') {
            Some(path) => {
                let value = serde_json::from_str(value).map_err(|error| format!("the value is not JSON: {error}"))?;
                Ok(Self { path: Self::path_of(path)?, value })
            }
            None => {
                let path = Self::path_of(path)?;
                Ok(Self { value: value_of(&path.join("."), value)?, path })
            }
        }
    }

    /// The path, separated by dots.
    pub(crate) fn path(&self) -> String {
        self.path.join(".")
    }

    fn path_of(text: &str) -> Result<Vec<String>, String> {
        let path: Vec<_> = text.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) { Err(format!("{text:?} is no field")) } else { Ok(path) }
    }

    /// Sets the value, and creates the objects of its path.
    pub(crate) fn put_into(&self, body: &mut Body) -> Result<(), Failure> {
        let Some((name, way)) = self.path.split_last() else { return Ok(()) };
        let mut object = body;
        for step in way {
            let next = object.entry(step).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(next) = next else {
                return Err(Failure::usage(format!("{} is within a value that is not an object", self.path.join("."))));
            };
            object = next;
        }
        object.insert(name.clone(), self.value.clone());
        Ok(())
    }
}

/// Says that the customer has accepted privacy policy and terms of use, where the body has no answer of its own. Returns
/// whether one was missing.
pub(crate) fn accept_policies(body: &mut Body) -> Result<bool, Failure> {
    let policies = body.entry("policies").or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(policies) = policies else { return Err(Failure::usage("policies is no object")) };
    let mut added = false;
    for policy in ["privacy", "termsOfUse"] {
        let answer = policies.entry(policy).or_insert(Value::Null);
        if answer.is_null() {
            *answer = Value::Bool(true);
            added = true;
        }
    }
    Ok(added)
}

/// A text as the field's value: an empty one is null, and in boolean fields words for yes and no are booleans.
fn value_of(field: &str, text: &str) -> Result<Value, String> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    match Answers::default().read(text).filter(|_| is_flag(field) || is_consent(field)) {
        Some(answer) => Ok(Value::Bool(answer)),
        None if is_consent(field) => Err(format!("{text:?} is neither clearly yes nor clearly no")),
        None => Ok(Value::String(text.to_owned())),
    }
}

/// Converts texts that say yes or no, in the group with this path. The registry would read unknown ones as a refusal.
fn read_consents(path: &str, group: &mut Body) -> Result<(), Failure> {
    for (name, value) in group {
        let path = format!("{path}.{name}");
        match value {
            Value::Object(group) => read_consents(&path, group)?,
            Value::String(text) => {
                let unclear = |unclear| Failure::usage(format!("{path}: {unclear}"));
                *value = value_of(&path, text).map_err(unclear)?;
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
        }
    }
    Ok(())
}

/// The path of a member that is not a field, which would be lost silently.
fn no_field(group: &str, object: &Body) -> Option<String> {
    object.iter().find_map(|(name, value)| {
        let path = if group.is_empty() { name.clone() } else { format!("{group}.{name}") };
        match value {
            // Only consents have names with dots.
            _ if name.contains('.') && group != "policies" => Some(path),
            Value::Object(_) if NAMED.contains(&path.as_str()) => None,
            Value::Object(members) if !members.is_empty() => no_field(&path, members),
            _ if is_path(&path) || OF_ANSWERS.contains(&path.as_str()) => None,
            _ => Some(path),
        }
    })
}

fn read(file: &str) -> Result<Body, Failure> {
    let mut text = String::new();
    let read = match file {
        "-" => io::stdin().read_to_string(&mut text).map(|_| ()),
        file => fs::read_to_string(file).map(|content| text = content),
    };
    read.map_err(|error| Failure::local(format!("reading {file}"), &error))?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(body)) => Ok(body),
        Ok(_) => Err(Failure::Local(format!("{file} does not contain a JSON object"))),
        Err(error) => Err(Failure::local(format!("{file} does not contain JSON"), &error)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(fields: &[&str]) -> Value {
        let mut body = Map::new();
        for field in fields {
            Field::parse_any(field).unwrap().put_into(&mut body).unwrap();
        }
        Value::Object(body)
    }

    #[test]
    fn fields_are_put_in_their_places() {
        let fields = [
            "email=a=b@c.org",
            "policies.privacy=true",
            "policies.termsOfUse=no",
            "policies.mktgCommunications=S\u{ec}",
            "lock=false",
            "firstName=true",
            "phoneNumber=",
            "custom.tier:=5",
            "device:={\"guid\":\"g\"}",
            "device.os=ios",
        ];
        let expected = json!({
            "email": "a=b@c.org", "policies": {"privacy": true, "termsOfUse": false, "mktgCommunications": true}, "lock": false,
            "firstName": "true", "phoneNumber": null, "custom": {"tier": 5}, "device": {"guid": "g", "os": "ios"},
        });
        assert_eq!(body(&fields), expected);
    }

    #[test]
    fn consents_of_a_file_are_read() {
        let mut policies =
            json!({"privacy": "ja", "termsOfUse": true, "customs": {"club": "Nein"}, "customs.vip": "", "n": null});
        read_consents("policies", policies.as_object_mut().unwrap()).unwrap();
        let expected =
            json!({"privacy": true, "termsOfUse": true, "customs": {"club": false}, "customs.vip": null, "n": null});
        assert_eq!(policies, expected);
        let mut unclear = json!({"privacy": "perhaps"});
        assert!(read_consents("policies", unclear.as_object_mut().unwrap()).is_err());
    }

    #[test]
    fn policies_are_accepted_where_there_is_no_answer() {
        for (before, after, added) in [
            (json!({}), json!({"privacy": true, "termsOfUse": true}), true),
            (json!({"privacy": null}), json!({"privacy": true, "termsOfUse": true}), true),
            (json!({"privacy": false}), json!({"privacy": false, "termsOfUse": true}), true),
            (json!({"privacy": true, "termsOfUse": 0}), json!({"privacy": true, "termsOfUse": 0}), false),
        ] {
            let mut body = Map::from_iter([("policies".to_owned(), before)]);
            assert_eq!(accept_policies(&mut body).unwrap(), added, "{after}");
            assert_eq!(body["policies"], after);
        }
    }

    #[test]
    fn a_member_of_a_file_that_is_no_field_is_found() {
        let found = |body: Value| no_field("", body.as_object().unwrap());
        for (body, path) in [
            (json!({"emial": "a@example.org"}), "emial"),
            (json!({"email": "a@example.org", "document": {"numbr": "1"}}), "document.numbr"),
            (json!({"policies.privacy": true}), "policies.privacy"),
            (json!({"shoe": {}}), "shoe"),
            (json!({"mail": null}), "mail"),
        ] {
            assert_eq!(found(body).as_deref(), Some(path));
        }
        let body = json!({
            "id": "1", "created": "t", "email": "a@example.org", "custom": {"any": {"thing": 1}}, "device": {"guid": "g"},
            "policies": {"privacy": true, "customs": {"club": true}, "customs.vip": true}, "processingData": null, "extId": "1",
        });
        assert_eq!(found(body), None);
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for odd in [
            "email",
            "=x",
            "a..b=1",
            ".a=1",
            "custom:=tier",
            "emial=",
            "policies.mktg=true",
            "documents.type=x",
            "policies.privacy=maybe",
        ] {
            assert!(Field::parse(odd).is_err(), "{odd}");
        }
        let mut body = Map::from_iter([("email".to_owned(), json!("x"))]);
        assert!(Field::parse_any("email.local=1").unwrap().put_into(&mut body).is_err());
    }
}
