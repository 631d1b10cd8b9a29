//! `GET` and `PUT /v1/organizations/{org}/settings`

use domain::access::Role;
use serde_json::{Value, json};

use crate::fixture::{Answer, Caller, Registry};

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nMAQwAQAA\n-----END CERTIFICATE-----";
const PATH: &str = "/v1/organizations/{org}/settings";

/// Every setting, each with a value other than its default.
fn every(location: &str) -> Value {
    json!({
        "defaultLocationId": location,
        "answerCredentialsOnHit": true,
        "phoneNumbers": "possible",
        "policies": [
            {"name": "termsOfUse", "required": true, "url": "https://example.org/terms"},
            {"name": "privacy", "required": true},
            {"name": "customs.loyalty", "required": true, "url": "http://example.org/loyalty?a=b"},
            {"name": "mktgCommunications", "required": false},
        ],
        "tokens": {"expiresIn": 60, "hits": 3},
        "passpoint": {
            "realm": "realm.example.org",
            "friendlyName": "Grand Hôtel",
            "roaming": true,
            "domain": "example.org",
            "serverNames": ["radius.example.org", "*.example.org"],
            "innerMethod": "PAP",
            "roamingConsortiums": ["004096", "5A03BA0000"],
            "caCertificate": CERTIFICATE,
        },
        "wpa2": {"ssid": "Gäste", "ssidHidden": true},
        "activation": {"logoUrl": "https://example.org/logo.svg", "color": "#1a2b3c", "css": "p { color: red }"},
    })
}

/// The settings of a new organization.
fn new(location: &str) -> Value {
    json!({
        "defaultLocationId": location,
        "answerCredentialsOnHit": false,
        "phoneNumbers": "valid",
        "policies": [{"name": "termsOfUse", "required": true}, {"name": "privacy", "required": true}],
        "tokens": {"expiresIn": 300},
        "passpoint": {"roaming": false, "serverNames": [], "innerMethod": "MSCHAPv2", "roamingConsortiums": []},
        "wpa2": {"ssidHidden": false},
        "activation": {},
    })
}

fn uri(caller: &Caller) -> String {
    PATH.replace("{org}", &caller.organization)
}

async fn put(caller: &Caller, body: &Value) -> Answer {
    caller.json("PUT", &uri(caller), body.to_string()).await
}

/// The settings in a response, which has nothing else except status and time.
fn settings(answer: &Answer) -> Value {
    let mut body = answer.ok();
    let members = body.as_object_mut().unwrap();
    assert_eq!(members.remove("status"), Some(json!("OK")));
    assert!(members.remove("generated").is_some());
    body
}

#[tokio::test]
async fn every_setting_is_read_back() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    assert_eq!(settings(&manager.get(&uri(&manager)).await), new(&registry.location));
    let every = every(&registry.location);
    assert_eq!(settings(&put(&manager, &every).await), every);
    let answer = manager.get(&uri(&manager)).await;
    assert_eq!(settings(&answer), every);
}

#[tokio::test]
async fn what_is_absent_stays_and_null_puts_back() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let mut expected = every(&registry.location);
    put(&manager, &expected).await.ok();
    assert_eq!(settings(&put(&manager, &json!({"unknown": 1})).await), expected);

    let some = json!({"tokens": {"expiresIn": 90}, "passpoint": {"realm": null, "roaming": "0"}, "wpa2": null});
    expected["tokens"]["expiresIn"] = json!(90);
    expected["passpoint"].as_object_mut().unwrap().remove("realm");
    expected["passpoint"]["roaming"] = json!(false);
    expected["wpa2"] = json!({"ssidHidden": false});
    assert_eq!(settings(&put(&manager, &some).await), expected);

    let names = [
        "defaultLocationId",
        "answerCredentialsOnHit",
        "phoneNumbers",
        "policies",
        "tokens",
        "passpoint",
        "wpa2",
        "activation",
    ];
    let nothing: Value = names.map(|name| (name.to_owned(), Value::Null)).into_iter().collect();
    assert_eq!(settings(&put(&manager, &nothing).await), new(&registry.location));
}

#[tokio::test]
async fn values_take_their_one_form() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let sent = json!({
        "policies": [{"name": "customs.a", "required": 1}, {"name": "privacy"}],
        "passpoint": {"innerMethod": "pap", "roamingConsortiums": ["5a03ba0000"], "caCertificate": format!("{CERTIFICATE}\r\n")},
        "activation": {"color": "#ABCDEF"},
    });
    let stored = settings(&put(&manager, &sent).await);
    assert_eq!(
        stored["policies"],
        json!([
            {"name": "termsOfUse", "required": true},
            {"name": "privacy", "required": true},
            {"name": "customs.a", "required": true},
        ])
    );
    assert_eq!(
        (&stored["passpoint"]["innerMethod"], &stored["activation"]["color"]),
        (&json!("PAP"), &json!("#abcdef"))
    );
    assert_eq!(stored["passpoint"]["roamingConsortiums"], json!(["5A03BA0000"]));
    assert_eq!(stored["passpoint"]["caCertificate"], json!(CERTIFICATE));
}

/// As for every text: the OpenAPI document lists it among the words.
#[tokio::test]
async fn a_blank_rule_for_phone_numbers_is_the_usual_one() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    for blank in [json!(""), json!(null)] {
        assert_eq!(settings(&put(&manager, &json!({"phoneNumbers": "possible"})).await)["phoneNumbers"], "possible");
        assert_eq!(settings(&put(&manager, &json!({"phoneNumbers": blank})).await)["phoneNumbers"], "valid");
    }
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_nothing_is_written() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let before = settings(&manager.get(&uri(&manager)).await);
    let wrong = json!({
        "defaultLocationId": "foyer",
        "answerCredentialsOnHit": "maybe",
        "phoneNumbers": "any",
        "policies": [{"name": "loyalty", "url": "javascript:alert(1)"}, null, "privacy", {"required": true}],
        "tokens": {"expiresIn": 0, "hits": "3"},
        "passpoint": {
            "realm": "a b",
            "friendlyName": "x".repeat(256),
            "roaming": [],
            "domain": 1,
            "serverNames": ["radius.example.org", "*", "", null],
            "innerMethod": "CHAP",
            "roamingConsortiums": ["0040"],
            "caCertificate": "-----BEGIN CERTIFICATE-----",
        },
        "wpa2": {"ssid": "x".repeat(33), "ssidHidden": "?"},
        "activation": {"logoUrl": "//example.org", "color": "red", "css": "</style>"},
    });
    let fields = put(&manager, &wrong).await.fields(409, "invalid_parameters");
    let fields: Vec<_> = fields.iter().map(|(field, code)| (field.as_str(), code.as_str())).collect();
    assert_eq!(
        fields,
        [
            ("activation.color", "invalid"),
            ("activation.css", "invalid"),
            ("activation.logoUrl", "invalid"),
            ("answerCredentialsOnHit", "invalid"),
            ("defaultLocationId", "invalid"),
            ("passpoint.caCertificate", "invalid"),
            ("passpoint.domain", "wrong_type"),
            ("passpoint.friendlyName", "too_long"),
            ("passpoint.innerMethod", "invalid"),
            ("passpoint.realm", "invalid"),
            ("passpoint.roaming", "wrong_type"),
            ("passpoint.roamingConsortiums[0]", "invalid"),
            ("passpoint.serverNames[1]", "invalid"),
            ("passpoint.serverNames[2]", "required"),
            ("passpoint.serverNames[3]", "required"),
            ("phoneNumbers", "invalid"),
            ("policies[0].name", "invalid"),
            ("policies[0].url", "invalid"),
            ("policies[1]", "required"),
            ("policies[2]", "wrong_type"),
            ("policies[3].name", "required"),
            ("tokens.expiresIn", "invalid"),
            ("tokens.hits", "wrong_type"),
            ("wpa2.ssid", "too_long"),
            ("wpa2.ssidHidden", "invalid"),
        ]
    );
    assert_eq!(settings(&manager.get(&uri(&manager)).await), before);
}

#[tokio::test]
async fn lists_are_bounded_and_have_nothing_twice() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let policy = |number| json!({"name": format!("customs.{number}")});
    let policies: Vec<_> = (0..55).map(policy).collect();
    put(&manager, &json!({"policies": policies})).await.invalid("policies", "too_long");
    let twice = json!({"policies": [policy(1), policy(2), policy(1)]});
    put(&manager, &twice).await.invalid("policies[2].name", "invalid");
    let optional = json!({"policies": [{"name": "privacy", "required": false}]});
    put(&manager, &optional).await.invalid("policies[0].required", "invalid");
    for (name, limit) in [("serverNames", 16), ("roamingConsortiums", 36)] {
        let list = |length| json!({"passpoint": {name: vec!["004096"; length]}});
        put(&manager, &list(limit)).await.ok();
        put(&manager, &list(limit + 1)).await.invalid(&format!("passpoint.{name}"), "too_long");
    }
    let nul = json!({"activation": {"css": "a\0"}, "passpoint": {"serverNames": ["a\0"]}});
    let fields = put(&manager, &nul).await.fields(409, "invalid_parameters");
    let paths: Vec<_> = fields.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, ["activation.css", "passpoint.serverNames[0]"]);
}

#[tokio::test]
async fn the_default_location_is_one_of_the_organization() {
    let registry = Registry::start().await;
    let manager = registry.manager().await;
    let foreign = registry.stranger().await;
    let foreign = settings(&foreign.get(&uri(&foreign)).await)["defaultLocationId"].clone();
    for id in [foreign, json!("0".repeat(32))] {
        let refused = put(&manager, &json!({"defaultLocationId": id, "tokens": {"hits": 1}})).await;
        refused.invalid("defaultLocationId", "unknown");
    }
    assert_eq!(settings(&manager.get(&uri(&manager)).await), new(&registry.location));
}

/// It takes effect without delay on the instance that changed it.
#[tokio::test]
async fn a_change_takes_effect_at_once() {
    let registry = Registry::start().await;
    let (manager, app) = (registry.manager().await, registry.login(Role::PublicApp).await);
    let policies = format!("/v1/organizations/{}/policies", registry.organization);
    assert_eq!(app.get(&policies).await.ok()["count"], 2);
    put(&manager, &json!({"policies": [{"name": "customs.house", "required": true}]})).await.ok();
    assert_eq!(app.get(&policies).await.ok()["policies"], json!(["termsOfUse", "privacy", "customs.house"]));
    let missing = ("policies.customs.house".to_owned(), "not_accepted".to_owned());
    assert_eq!(manager.create_answer("", json!({})).await.fields(409, "policy_not_accepted"), [missing]);
}
