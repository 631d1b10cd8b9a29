//! The generated OpenAPI document, compared with the published facts of the API (names, types and words; in
//! `docs/contract`), and with what the service really accepts.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;

use crate::common::bodies;
use crate::fixture::Registry;

fn read(path: &str) -> Value {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    serde_json::from_str(&fs::read_to_string(root.join(path)).unwrap()).unwrap()
}

fn published() -> Value {
    read("docs/contract/customers-v3.json")
}

fn document() -> Value {
    serde_json::from_str(&http_api::openapi_json()).unwrap()
}

/// The schema that a reference points to, alone or as an alternative to null.
fn resolve<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let alternative = ["oneOf", "anyOf"]
        .iter()
        .find_map(|key| schema[*key].as_array())
        .and_then(|alternatives| alternatives.iter().find(|alternative| alternative.get("$ref").is_some()));
    match schema["$ref"].as_str().or_else(|| alternative?["$ref"].as_str()) {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// The parts of the published schema that ours lacks.
fn missing(document: &Value, published: &Value, ours: &Value, path: &str, missing: &mut Vec<String>) {
    let types: Vec<_> = match &ours["type"] {
        Value::Array(types) => types.iter().collect(),
        one => vec![one],
    };
    if !types.contains(&&published["type"]) {
        missing.push(format!("{path}: type {}, not {}", ours["type"], published["type"]));
    }
    let words = |schema: &Value| schema["enum"].as_array().cloned().unwrap_or_default();
    for word in words(published).iter().filter(|word| !words(ours).contains(word)) {
        missing.push(format!("{path}: word {word}"));
    }
    for (name, property) in published["properties"].as_object().into_iter().flatten() {
        let path = format!("{path}.{name}");
        match ours["properties"].get(name) {
            Some(found) => self::missing(document, property, resolve(document, found), &path, missing),
            None => missing.push(path),
        }
    }
}

#[test]
fn every_path_parameter_property_and_word_of_the_published_api_is_there() {
    let (published, ours) = (published(), document());
    let mut lacking = Vec::new();
    for (path, operations) in published["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let found = &ours["paths"][path][method];
            for parameter in operation["parameters"].as_array().unwrap() {
                let same = |found: &&Value| found["name"] == parameter["name"] && found["in"] == parameter["in"];
                if !found["parameters"].as_array().is_some_and(|found| found.iter().any(|found| same(&found))) {
                    lacking.push(format!("{method} {path}: parameter {}", parameter["name"]));
                }
            }
            for pointer in
                ["/requestBody/content/application~1json/schema", "/responses/200/content/application~1json/schema"]
            {
                let published = resolve(&published, operation.pointer(pointer).unwrap());
                let Some(found) = found.pointer(pointer) else {
                    lacking.push(format!("{method} {path}{pointer}"));
                    continue;
                };
                missing(&ours, published, resolve(&ours, found), path, &mut lacking);
            }
        }
    }
    assert!(lacking.is_empty(), "{lacking:#?}");
}

/// A client generated from the document must be able to send what a client of the published API sends.
#[test]
fn no_member_of_a_customer_is_required_that_the_published_api_does_not_require() {
    let required = |document: Value| document["components"]["schemas"]["newCustomer"]["required"].clone();
    assert_eq!(required(document()), required(published()));
}

#[test]
fn the_operations_that_the_published_api_only_names_are_there() {
    let document = document();
    for (path, method) in
        [("/v3/customers/{cid}", "put"), ("/v2/customers/{cid}/token", "get"), ("/v2/customers/tokens/{token}", "get")]
    {
        assert!(document["paths"][path][method].is_object(), "{method} {path}");
    }
}

#[test]
fn the_comparison_notices_what_is_missing() {
    let (published, mut ours) = (published(), document());
    let customer = &mut ours["components"]["schemas"]["newCustomer"]["properties"];
    customer.as_object_mut().unwrap().remove("extProp2");
    customer["gender"]["enum"] = serde_json::json!(["male"]);
    customer["lock"] = serde_json::json!({"type": "string"});
    let mut found = Vec::new();
    let schema = |document: &Value| document["components"]["schemas"]["newCustomer"].clone();
    missing(&ours, &schema(&published), &schema(&ours), "", &mut found);
    assert_eq!(
        found,
        [
            ".extProp2",
            ".gender: word null",
            ".gender: word \"female\"",
            ".gender: word \"other\"",
            ".lock: type \"string\", not \"boolean\"",
        ]
    );
}

#[test]
fn the_tests_send_every_field_of_the_published_schema() {
    let properties =
        |schema: &Value| -> BTreeSet<String> { schema["properties"].as_object().unwrap().keys().cloned().collect() };
    let schema = published()["components"]["schemas"]["newCustomer"].clone();
    let sent = bodies::full("", "");
    let names = |value: &Value| -> BTreeSet<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(names(&sent), properties(&schema));
    for group in ["policies", "document", "processingData", "device"] {
        assert_eq!(names(&sent[group]), properties(&schema["properties"][group]), "{group}");
    }
}

#[test]
fn the_repository_has_the_generated_document() {
    assert_eq!(read("docs/openapi.json"), document(), "run `cargo xtask codegen`");
}

#[tokio::test]
async fn every_operation_of_the_document_is_served() {
    let registry = Registry::start().await;
    for (path, operations) in document()["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let uri = path.replace(['{', '}'], "");
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(&uri).body(Body::empty());
            let answer = registry.send(request.unwrap()).await;
            let served = operations[method]["responses"].get(answer.status.to_string()).is_some();
            assert!(served && answer.status != 405, "{method} {uri}: {answer:?}");
        }
    }
}
