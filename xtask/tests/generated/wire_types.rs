//! The wire types of `c4w-client`, generated from the OpenAPI document by typify.
//!
//! The client talks to different servers, so the schemas are made lenient first: every member is optional, may be null,
//! and is read by one of the client's own types, which accept numbers in place of texts and the like. Secrets get a
//! type that does not show them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use typify::{TypeSpace, TypeSpaceSettings};

use crate::Failure;

/// The client's requests and responses; their dependencies are included.
const ROOTS: &[&str] = &[
    "batchEnd",
    "batchRow",
    "customerHistory",
    "customerPage",
    "customerSessions",
    "customerToken",
    "error",
    "newCustomer",
    "newCustomerResponse",
    "serviceInfo",
    "session",
    "storedCustomer",
    "tokenOwner",
];

/// Types of the client for scalars.
const SCALARS: &[&str] = &["Flag", "Number", "Secret", "Text"];

/// Secret members.
const SECRETS: &[&str] = &["password", "token"];

const HEAD: &str = "//! Made from docs/openapi.json by `cargo xtask codegen`; not to be edited.\n\n\
                    use super::{Flag, Number, Secret, Text};\n\n";

/// The module's text.
pub(super) fn module(document: &str) -> Result<String, Failure> {
    let document: Value = serde_json::from_str(document)?;
    let schemas = document["components"]["schemas"].as_object().ok_or("the document has no schemas")?;
    let mut settings = TypeSpaceSettings::default();
    for scalar in SCALARS {
        settings.with_replacement(scalar, scalar, std::iter::empty());
    }
    let mut space = TypeSpace::new(&settings);
    space.add_root_schema(serde_json::from_value(json!({ "definitions": lenient(schemas)? }))?)?;
    let mut file: syn::File = syn::parse2(space.to_stream())?;
    // Conversion errors that none of these types has.
    file.items.retain(|item| !matches!(item, syn::Item::Mod(_)));
    Ok(format!("{HEAD}{}", prettyplease::unparse(&file)))
}

/// The lenient forms of the roots and of their dependencies, by name.
fn lenient(schemas: &Map<String, Value>) -> Result<BTreeMap<String, Value>, Failure> {
    let mut definitions: BTreeMap<_, _> =
        SCALARS.iter().map(|it| ((*it).to_owned(), json!({"type": "string"}))).collect();
    let mut wanted: Vec<String> = ROOTS.iter().map(|root| (*root).to_owned()).collect();
    while let Some(name) = wanted.pop() {
        if definitions.contains_key(&name) {
            continue;
        }
        let schema = schemas.get(&name).ok_or_else(|| format!("the document has no schema {name}"))?;
        let mut properties = Map::new();
        for (member, property) in schema["properties"].as_object().into_iter().flatten() {
            properties.insert(member.clone(), member_of(member, property, schemas, &mut wanted));
        }
        let description = schema["description"].as_str().map_or_else(|| format!("`{name}`"), str::to_owned);
        let object = json!({"type": "object", "description": comment(&description), "properties": properties});
        definitions.insert(name, object);
    }
    Ok(definitions)
}

/// The lenient form of a member, with its description.
fn member_of(name: &str, property: &Value, schemas: &Map<String, Value>, wanted: &mut Vec<String>) -> Value {
    let inner = not_null(property);
    let description = property.get("description").or(inner.get("description"));
    let description = description.and_then(Value::as_str).map_or_else(|| format!("`{name}`"), str::to_owned);
    let mut member = if SECRETS.contains(&name) { scalar("Secret") } else { value_of(inner, schemas, wanted) };
    member["description"] = Value::String(comment(&description));
    member
}

/// The text of a comment.
fn comment(description: &str) -> String {
    format!(" {}", description.replace('\n', "\n "))
}

fn value_of(schema: &Value, schemas: &Map<String, Value>, wanted: &mut Vec<String>) -> Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.rsplit('/').next()) {
        let target = schemas.get(name).unwrap_or(&Value::Null);
        return match target["properties"].as_object() {
            None => scalar("Flag"),
            // Arbitrary names cannot be listed.
            Some(properties) if properties.keys().any(|member| member.contains('*')) => json!({}),
            Some(_) => {
                wanted.push(name.to_owned());
                reference(name)
            }
        };
    }
    match kind(schema) {
        Some("boolean") => scalar("Flag"),
        Some("integer") => scalar("Number"),
        Some("string") => scalar("Text"),
        Some("array") => {
            json!({"type": ["array", "null"], "items": value_of(&schema["items"], schemas, wanted)})
        }
        _ => json!({}),
    }
}

/// The schema without its null alternative.
fn not_null(schema: &Value) -> &Value {
    let choices = schema["oneOf"].as_array();
    choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null")).unwrap_or(schema)
}

/// The type of a schema, without null.
fn kind(schema: &Value) -> Option<&str> {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    }
}

fn scalar(name: &str) -> Value {
    reference(name)
}

fn reference(name: &str) -> Value {
    json!({"allOf": [{"$ref": format!("#/definitions/{name}")}]})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module_of(properties: &Value) -> String {
        let mut schemas: Map<String, Value> =
            ROOTS.iter().map(|root| ((*root).to_owned(), json!({"type": "object"}))).collect();
        schemas.insert("flag".to_owned(), json!({"type": ["boolean", "string"]}));
        schemas.insert("part".to_owned(), json!({"type": "object", "properties": {"count": {"type": "integer"}}}));
        schemas.insert("newCustomer".to_owned(), json!({"type": "object", "properties": properties}));
        module(&json!({"components": {"schemas": schemas}}).to_string()).unwrap()
    }

    fn has(text: &str, part: &str) {
        assert!(text.contains(part), "no {part} in {text}");
    }

    #[test]
    fn every_member_is_optional_and_lenient() {
        let text = module_of(&json!({
            "name": {"type": ["string", "null"], "description": "A name."},
            "fine": {"oneOf": [{"$ref": "#/components/schemas/flag"}, {"type": "null"}]},
            "parts": {"type": "array", "items": {"$ref": "#/components/schemas/part"}},
            "password": {"type": "string"},
            "free": {"type": ["object", "null"]},
        }));
        has(&text, "/// A name.");
        has(&text, "pub name: ::std::option::Option<Text>");
        has(&text, "pub fine: ::std::option::Option<Flag>");
        has(&text, "pub parts: ::std::option::Option<::std::vec::Vec<Part>>");
        has(&text, "pub count: ::std::option::Option<Number>");
        has(&text, "pub password: ::std::option::Option<Secret>");
        has(&text, "pub free: ::std::option::Option<::serde_json::Value>");
    }

    #[test]
    fn a_schema_that_is_missing_is_told() {
        let document = json!({"components": {"schemas": {}}}).to_string();
        assert!(module(&document).unwrap_err().to_string().contains("no schema"));
    }
}
