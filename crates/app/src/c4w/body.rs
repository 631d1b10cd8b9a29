//! The body of a request, from a file and from fields.

use std::fs;
use std::io::{self, Read};

use c4w_client::Body;
use clap::Args;
use serde_json::{Map, Value};

use crate::failure::Failure;

#[derive(Args)]
pub(crate) struct BodyOptions {
    /// A file with a JSON object; - is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<String>,
    /// A field: path=text, such as policies.privacy=true, or path:=JSON; empty is null. Wins over the file; can be repeated
    #[arg(long = "set", value_name = "FIELD=VALUE", value_parser = Field::parse)]
    fields: Vec<Field>,
}

/// A field and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Field {
    path: Vec<String>,
    value: Value,
}

/// Fields that are yes or no.
const FLAGS: [&str; 3] = ["emailVerified", "lock", "phoneVerified"];
/// Groups in which every field is.
const GROUPS_OF_FLAGS: [&str; 2] = ["policies", "processingData"];

impl BodyOptions {
    pub(crate) fn read(&self) -> Result<Body, Failure> {
        let mut body = self.file.as_deref().map_or_else(|| Ok(Map::new()), read)?;
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

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (path, value) = text.split_once('=').ok_or("it must be FIELD=VALUE or FIELD:=JSON")?;
        match path.strip_suffix(':') {
            Some(path) => {
                let value = serde_json::from_str(value).map_err(|error| format!("the value is not JSON: {error}"))?;
                Ok(Self { path: Self::path(path)?, value })
            }
            None => {
                let path = Self::path(path)?;
                Ok(Self { value: value_of(&path, value), path })
            }
        }
    }

    fn path(text: &str) -> Result<Vec<String>, String> {
        let path: Vec<_> = text.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) { Err(format!("{text:?} is no field")) } else { Ok(path) }
    }

    /// Puts the value in its place, and makes the objects on the way.
    pub(crate) fn put_into(&self, body: &mut Body) -> Result<(), Failure> {
        let Some((name, way)) = self.path.split_last() else { return Ok(()) };
        let mut object = body;
        for step in way {
            let next = object.entry(step).or_insert_with(|| Value::Object(Map::new()));
            let Value::Object(next) = next else {
                return Err(Failure::usage(format!("{} is within a value that is no object", self.path.join("."))));
            };
            object = next;
        }
        object.insert(name.clone(), self.value.clone());
        Ok(())
    }
}

/// Says that the customer has accepted privacy policy and terms of use.
pub(crate) fn accept_policies(body: &mut Body) -> Result<(), Failure> {
    let policies = body.entry("policies").or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(policies) = policies else { return Err(Failure::usage("policies is no object")) };
    for policy in ["privacy", "termsOfUse"] {
        policies.insert(policy.to_owned(), Value::Bool(true));
    }
    Ok(())
}

/// A text as the field's value: nothing is null, and where yes or no is meant, the words for it are.
pub(crate) fn value_of(path: &[String], text: &str) -> Value {
    let is = |names: &[&str]| path.first().is_some_and(|name| names.contains(&name.as_str()));
    match text {
        "" => Value::Null,
        "true" | "false" if is(&FLAGS) || is(&GROUPS_OF_FLAGS) => Value::Bool(text == "true"),
        _ => Value::String(text.to_owned()),
    }
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
        Ok(_) => Err(Failure::Local(format!("{file} holds no JSON object"))),
        Err(error) => Err(Failure::local(format!("{file} holds no JSON"), &error)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn body(fields: &[&str]) -> Value {
        let mut body = Map::new();
        for field in fields {
            Field::parse(field).unwrap().put_into(&mut body).unwrap();
        }
        Value::Object(body)
    }

    #[test]
    fn fields_are_put_in_their_places() {
        let fields = [
            "email=a=b@c.org",
            "policies.privacy=true",
            "policies.termsOfUse=no",
            "lock=false",
            "firstName=true",
            "phoneNumber=",
            "custom.tier:=5",
            "device:={\"guid\":\"g\"}",
            "device.os=ios",
        ];
        let expected = json!({
            "email": "a=b@c.org", "policies": {"privacy": true, "termsOfUse": "no"}, "lock": false,
            "firstName": "true", "phoneNumber": null, "custom": {"tier": 5}, "device": {"guid": "g", "os": "ios"},
        });
        assert_eq!(body(&fields), expected);
    }

    #[test]
    fn what_is_no_field_is_refused() {
        for odd in ["email", "=x", "a..b=1", ".a=1", "custom:=tier"] {
            assert!(Field::parse(odd).is_err(), "{odd}");
        }
        let mut body = Map::from_iter([("email".to_owned(), json!("x"))]);
        assert!(Field::parse("email.local=1").unwrap().put_into(&mut body).is_err());
    }
}
