//! The examples of the OpenAPI document, run in sequence: each is a valid request with the response that it gets.

use std::collections::BTreeSet;

use axum::body::Body;
use domain::access::{Role, Scopes};
use serde_json::Value;

use crate::fixture::Registry;

/// The operations in an order in which they can be run, each with its address.
const SCRIPT: &[(&str, &str)] = &[
    ("live", "/health/live"),
    ("ready", "/health/ready"),
    ("login", "/v1/sts/login/services"),
    ("getService", "/v1/sts/services/0197f2c8d0a07c53b0d1f1f4b0c7a003"),
    ("updateSettings", "/v1/organizations/0197f2c8d0a07c53b0d1f1f4b0c7a001/settings"),
    ("getSettings", "/v1/organizations/0197f2c8d0a07c53b0d1f1f4b0c7a001/settings"),
    ("listPolicies", "/v1/organizations/0197f2c8d0a07c53b0d1f1f4b0c7a001/policies"),
    ("getDeviceSettings", "/v4/organizations/0197f2c8d0a07c53b0d1f1f4b0c7a001/devices/ios_org.example.app/settings"),
    ("createLocation", "/v1/organizations/0197f2c8d0a07c53b0d1f1f4b0c7a001/locations"),
    ("listLocations", "/v1/organizations/0197f2c8d0a07c53b0d1f1f4b0c7a001/locations?tags=hotel"),
    ("getLocation", "/v1/locations/0197f2c8d0a07c53b0d1f1f4b0c7a005"),
    ("createCustomer", "/v3/customers?deduplicate=email"),
    ("updateCustomer", "/v3/customers/0197f2c8d0a07c53b0d1f1f4b0c7a004"),
    ("readCustomer", "/v3/customers/0197f2c8d0a07c53b0d1f1f4b0c7a004"),
    ("customerExists", "/v2/customers/organizations/0197f2c8d0a07c53b0d1f1f4b0c7a001/exist?phoneNumber=+442079460958"),
    ("checkCredential", "/v3/customers/credential/check"),
    ("listCustomers", "/v2/customers/organizations/0197f2c8d0a07c53b0d1f1f4b0c7a001?size=10"),
    ("reportDevice", "/v3/customers/0197f2c8d0a07c53b0d1f1f4b0c7a004/devices"),
    ("issueToken", "/v2/customers/0197f2c8d0a07c53b0d1f1f4b0c7a004/token?hits=3"),
    ("lookUpToken", "/v2/customers/tokens/example-token"),
    ("authorizeLogin", "/radius/authorize"),
    ("recordSession", "/radius/accounting"),
    ("listSessions", "/v3/customers/0197f2c8d0a07c53b0d1f1f4b0c7a004/sessions"),
    ("readHistory", "/v3/customers/0197f2c8d0a07c53b0d1f1f4b0c7a004/history?size=1"),
    ("eraseCustomer", "/v3/customers/0197f2c8d0a07c53b0d1f1f4b0c7a004"),
];

/// Members with new values each time.
const DRAWN: [&str; 4] = ["id", "password", "token", "username"];

/// The values of the examples that differ between registries, with the real ones.
struct Cast(Vec<(String, String)>);

impl Cast {
    fn add(&mut self, shown: &str, real: &str) {
        if !self.0.iter().any(|(known, _)| known == shown) {
            self.0.push((shown.to_owned(), real.to_owned()));
        }
    }

    /// Records the generated values of a response, or of an object or a list in it.
    fn learn(&mut self, shown: &Value, real: &Value) {
        let items = |value: &Value| value.as_array().cloned().unwrap_or_default();
        for (shown, real) in items(shown).iter().zip(&items(real)) {
            self.learn(shown, real);
        }
        for (name, shown) in shown.as_object().into_iter().flatten() {
            match (shown, &real[name]) {
                (Value::String(shown), Value::String(real)) if DRAWN.contains(&name.as_str()) => self.add(shown, real),
                (shown, real) => self.learn(shown, real),
            }
        }
    }

    fn real(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (shown, real)| text.replace(shown, real))
    }

    fn shown(&self, answer: &Value) -> Value {
        let text = self.0.iter().fold(answer.to_string(), |text, (shown, real)| text.replace(real, shown));
        serde_json::from_str(&text).unwrap()
    }
}

/// Every operation with its method.
fn operations(document: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let items = document["paths"].as_object().unwrap().values();
    items.flat_map(|item| item.as_object().unwrap().iter().map(|(method, operation)| (method.as_str(), operation)))
}

fn request(operation: &Value) -> Option<&Value> {
    operation.pointer("/requestBody/content/application~1json")
}

/// The fields of a form, if the operation takes one.
fn form(operation: &Value) -> Option<Vec<(&str, &str)>> {
    let content = operation.pointer("/requestBody/content/application~1x-www-form-urlencoded")?;
    let fields = content["example"].as_object().unwrap().iter();
    Some(fields.map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect())
}

fn answer(operation: &Value) -> Option<&Value> {
    operation.pointer("/responses/200/content/application~1json")
}

/// Whether the operation has a response body.
fn tells(operation: &Value) -> bool {
    answer(operation).is_some() || operation.pointer("/responses/204").is_some()
}

fn document() -> Value {
    serde_json::from_str(&http_api::openapi_json()).unwrap()
}

#[tokio::test]
async fn every_example_is_what_the_service_takes_and_answers() {
    let document = document();
    let registry = Registry::start().await;
    let role = Role::OrganizationManager;
    let service = registry.add_service(&registry.organization, role, &Scopes::usual(role).to_string()).await;
    let mut manager = registry.manager().await;
    let radius = registry.radius().await;
    let mut cast = Cast(Vec::new());
    cast.add("ck-0197f2c8-d0a0-7c53-b0d1-f1f4b0c7a0aa", service.service.client_key.as_str());
    cast.add("shown when the service is added", service.client_secret.reveal());
    cast.add("0197f2c8d0a07c53b0d1f1f4b0c7a001", &registry.organization);
    cast.add("0197f2c8d0a07c53b0d1f1f4b0c7a002", &registry.location);
    cast.add("0197f2c8d0a07c53b0d1f1f4b0c7a003", &service.service.id.to_string());
    let mut wrong = Vec::new();
    for (id, uri) in SCRIPT {
        let (method, operation) = operations(&document).find(|(_, operation)| operation["operationId"] == *id).unwrap();
        let uri = cast.real(uri);
        let played = match (request(operation), form(operation)) {
            (Some(content), _) => {
                manager.json(&method.to_uppercase(), &uri, cast.real(&content["example"].to_string())).await
            }
            (None, Some(fields)) => {
                let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, cast.real(value))).collect();
                let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                radius.form(&uri, &fields).await
            }
            (None, None) => {
                manager.send(manager.request(&method.to_uppercase(), &uri).body(Body::empty()).unwrap()).await
            }
        };
        let Some(answer) = answer(operation) else {
            assert_eq!((played.status, played.text.as_str()), (204, ""), "{id}");
            continue;
        };
        let (shown, real) = (&answer["example"], played.ok());
        cast.learn(shown, &real);
        let real_as_shown = cast.shown(&real);
        if real_as_shown != *shown {
            wrong.push(format!("{id}: {real_as_shown:#} is not {shown:#}"));
        }
        if *id == "login" {
            manager = registry.caller(real["token"].as_str().unwrap());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let played: BTreeSet<_> = SCRIPT.iter().map(|(id, _)| *id).collect();
    let told = operations(&document).filter(|(_, operation)| tells(operation));
    let told: BTreeSet<_> = told.map(|(_, operation)| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!(played, told);
}

/// These require no right.
const OPEN: [&str; 9] =
    ["authorizeLogin", "getService", "getWifiProfile", "live", "login", "logout", "metrics", "ready", "recordSession"];

#[test]
fn every_operation_tells_what_it_is_for_who_may_and_what_goes_wrong() {
    for (method, operation) in operations(&document()) {
        let id = operation["operationId"].as_str().unwrap();
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(summary.ends_with('.') && summary.len() > 10, "{id}: {summary}");
        let answers: BTreeSet<_> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut needed = BTreeSet::from([if answers.contains("204") { "204" } else { "200" }]);
        if !OPEN.contains(&id) {
            let description = operation["description"].as_str().unwrap_or_default();
            assert!(description.contains("Roles: `") && description.contains("Scope: `"), "{id}: {description}");
            needed.extend(["401", "403", "409", "429"]);
        }
        if !["live", "metrics"].contains(&id) {
            needed.insert("503");
        }
        if request(operation).is_some() || form(operation).is_some() {
            needed.extend(["400", "408", "409", "413", "415"]);
        }
        assert!(answers.is_superset(&needed), "{method} {id}: {answers:?} lacks some of {needed:?}");
    }
}
