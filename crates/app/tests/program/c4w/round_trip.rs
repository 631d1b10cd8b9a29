//! Random customers that are exported and imported into an empty registry are unchanged.

use serde_json::{Map, Value, json};

use super::command::C4w;
use crate::fixture::{Home, Server, keep, seed};

const CUSTOMERS: usize = 150;

/// Texts that programs which read CSV interpret differently.
const ODD: [&str; 38] = [
    "=1+1",
    "+39",
    "-Dash",
    "@at",
    "'=kept",
    "''00184",
    "'NA",
    "00184",
    "1.0",
    "1e5",
    "3.93E+11",
    "12-345",
    "NA",
    "N/A",
    "null",
    "None",
    "nan",
    "\\N",
    "TRUE",
    "false",
    "a,b",
    "a;b",
    "say \"x\"",
    "\"quoted\"",
    "two\nlines",
    "tab\there",
    "ｆｕｌｌ",
    "＝1",
    "Größe",
    "山田",
    "😀",
    "'t Hooft",
    "x",
    "O'Neil",
    "1,5",
    "10:30",
    "inf",
    "{\"a\":1}",
];
/// Values of a vocabulary.
const GENDERS: [&str; 2] = ["male", "female"];
const LANGUAGES: [&str; 5] = ["it", "en-GB", "zh-Hant-TW", "fil", "de"];
const COUNTRIES: [&str; 4] = ["IT", "GB-ENG", "XK", "US"];
const NUMBERS: [&str; 4] = ["+390669812345", "+442079460958", "+12015550123", "+4915123456789"];

/// A creation with some of all fields.
fn customer(random: &mut fastrand::Rng, number: usize) -> Value {
    let mut body = Map::new();
    for name in ["firstName", "lastName", "zipCode", "companyName", "hotspotId", "profileId", "extProp1", "extProp2"] {
        if random.bool() {
            body.insert(name.to_owned(), json!(random.choice(ODD)));
        }
    }
    // By which it is identified.
    body.insert("extId".to_owned(), json!(format!("{}-{number}", random.choice(["crm", "=crm", "00"]).unwrap())));
    body.insert("username".to_owned(), json!(format!("{}guest{number}", random.choice(["", "@", "+", "0"]).unwrap())));
    let mut some = |name: &str, values: &[&str]| {
        if random.bool() {
            body.insert(name.to_owned(), json!(random.choice(values)));
        }
    };
    some("gender", &GENDERS);
    some("language", &LANGUAGES);
    some("country", &COUNTRIES);
    some("phoneNumber", &NUMBERS);
    some("source", &["kiosk", "external", "api", "mobileapp"]);
    some("birthDate", &["1990-01-02", "2000-12-31"]);
    some("email", &[&format!("guest{number}@example.org"), &format!("=guest{number}@bücher.example")]);
    for name in ["emailVerified", "phoneVerified", "lock"] {
        if random.bool() {
            body.insert(name.to_owned(), json!(random.bool()));
        }
    }
    let mut policies = json!({"privacy": true, "termsOfUse": true});
    for name in ["mktgCommunications", "minimumAgeVerification", "customs.club", "customs.house"] {
        if random.bool() {
            policies[name] = json!(random.bool());
        }
    }
    body.insert("policies".to_owned(), policies);
    if random.bool() {
        let document = json!({"personalId": random.choice(ODD), "number": random.choice(ODD), "type": "passport"});
        body.insert("document".to_owned(), document);
    }
    if random.bool() {
        let device = json!({"guid": format!("guid-{number}"), "os": random.choice(ODD), "device": random.choice(ODD), "source": "app", "bundle": "org.example.wifi",
            "lastSeen": "2024-03-28T10:15+0000"});
        body.insert("device".to_owned(), device);
    }
    if random.bool() {
        body.insert("processingData".to_owned(), json!({"profiling": random.bool(), "processingPersonalData": true}));
    }
    if random.bool() {
        let custom =
            json!({"note": random.choice(ODD), "size": 9, "tags": ["a", "=b"], "deep": {"x": null, "y": -1.5}});
        body.insert("custom".to_owned(), custom);
    }
    Value::Object(body)
}

/// All stored fields of all customers, without generated values.
fn stored(c4w: &C4w<'_>) -> Vec<Value> {
    let of_its_own = ["id", "organizationCid", "locationId", "created", "modified"];
    let mut customers = exported(c4w, &["--complete"], &of_its_own);
    customers.sort_by_key(|customer| customer["extId"].as_str().unwrap_or_default().to_owned());
    customers
}

/// The same with the fields of lists.
fn listed(c4w: &C4w<'_>) -> Vec<Value> {
    let of_its_own = ["cid", "organizationCid", "locationCid", "created", "modified"];
    let mut customers = exported(c4w, &[], &of_its_own);
    customers.sort_by_key(|customer| customer["extId"]["id"].as_str().unwrap_or_default().to_owned());
    customers
}

fn exported(c4w: &C4w<'_>, options: &[&str], of_its_own: &[&str]) -> Vec<Value> {
    let exported = c4w.run(&[&["export"], options].concat());
    assert_eq!(exported.code, Some(0), "{exported:?}");
    let customer = |line: &str| {
        let mut customer: Value = serde_json::from_str(line).unwrap();
        of_its_own.iter().for_each(|name| drop(customer.as_object_mut().unwrap().remove(*name)));
        customer
    };
    exported.stdout.lines().map(customer).collect()
}

fn start(home: &Home) -> (Server, C4w<'_>) {
    let server = home.start();
    let c4w = C4w::at(&server, home);
    (server, c4w)
}

/// Imports random customers, exports them in each format, and imports each file into an empty registry. `read` must
/// return the same for both registries.
fn comes_back(options: &[&str], of: &str, read: fn(&C4w<'_>) -> Vec<Value>) {
    let seed = seed("GUESTBOOK_ROUND_TRIP_SEED");
    let mut random = fastrand::Rng::with_seed(seed);
    let home = Home::new();
    let (server, c4w) = start(&home);
    let rows: String = (0..CUSTOMERS).map(|number| format!("{}\n", customer(&mut random, number))).collect();
    std::fs::write(home.path("random.ndjson"), &rows).unwrap();
    let created = c4w.run(&["import", home.path("random.ndjson").to_str().unwrap(), "--exact"]);
    assert_eq!(created.code, Some(0), "seed {seed}: {created:?}");
    let expected = read(&c4w);
    assert_eq!(expected.len(), CUSTOMERS);
    for (format, ending) in [("ndjson", "ndjson"), ("csv", "csv"), ("csv-safe", "safe.csv")] {
        let name = format!("{of}.{ending}");
        let file = home.path(&name);
        let export = [&["export", "--format", format, "--output", file.to_str().unwrap()], options].concat();
        assert_eq!(c4w.run(&export).code, Some(0));
        keep(&format!("round-trip-{name}"), std::fs::read(&file).unwrap());
        let elsewhere = Home::new();
        let (other, c4w) = start(&elsewhere);
        // Its locations differ from those of the first registry.
        let ended = c4w.run(&["import", file.to_str().unwrap(), "--set", "locationId="]);
        assert_eq!(ended.code, Some(0), "seed {seed}, {format}: {ended:?}");
        let found = read(&c4w);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "seed {seed}, {format}");
        }
        assert_eq!(found.len(), CUSTOMERS, "seed {seed}, {format}");
        other.stop();
    }
    server.stop();
}

#[test]
fn what_is_exported_comes_back_as_it_was() {
    comes_back(&["--complete", "--history"], "all", stored);
}

/// By default an export has the fields of lists, which are restored too.
#[test]
fn a_list_comes_back_as_it_was() {
    comes_back(&[], "list", listed);
}
