//! `c4w export`

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::command::C4w;
use super::import::{import, summary};
use crate::common::bodies;
use crate::fixture::{Client, Home};

async fn people(client: &Client, organization: &str, count: usize) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for number in 0..count {
        let members = json!({
            "firstName": "=1+1", "lastName": "a,\"b\"\nc;d", "phoneNumber": "+442079460958",
            "extId": format!("crm-{number}"), "policies": {"privacy": true, "termsOfUse": true, "customs.club": true},
        });
        ids.insert(client.create(&bodies::with(organization, members)).await);
    }
    ids
}

#[tokio::test]
async fn every_customer_is_a_line_once_whatever_the_pages() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let client = server.login(&c4w.keys).await;
    let ids = people(&client, &c4w.keys.organization, 25).await;
    for size in ["1", "7", "25", "1000"] {
        let ended = c4w.run(&["export", "--page-size", size]);
        assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), ""), "{ended:?}");
        let lines: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let told: BTreeSet<_> = lines.iter().map(|line| line["cid"].as_str().unwrap().to_owned()).collect();
        assert_eq!((lines.len(), &told), (25, &ids));
        assert!(lines.iter().all(|line| line["firstName"] == "=1+1" && line.get("password").is_none()));
    }
    server.stop();
}

#[tokio::test]
async fn csv_is_exact_or_safe_to_open() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let client = server.login(&c4w.keys).await;
    people(&client, &c4w.keys.organization, 3).await;
    let read = |text: &[u8]| {
        let mut csv = csv::Reader::from_reader(text);
        let names = csv.headers().unwrap().clone();
        let at = |name: &str| names.iter().position(|it| it == name).unwrap();
        let (first, last, phone, policies) = (at("firstName"), at("lastName"), at("phone"), at("policies"));
        let row = csv.records().next().unwrap().unwrap();
        [first, last, phone, policies].map(|column| row[column].to_owned())
    };
    let exact = c4w.run(&["export", "--format", "csv"]).stdout;
    let policies = r#"{"customs.club":true}"#;
    assert_eq!(read(exact.as_bytes()), ["=1+1", "a,\"b\"\nc;d", "+442079460958", policies]);
    assert_eq!(csv::Reader::from_reader(exact.as_bytes()).records().count(), 3);

    let file = home.path("customers.csv");
    let ended = c4w.run(&["export", "--format", "csv-safe", "--output", file.to_str().unwrap()]);
    assert_eq!((ended.code, ended.stdout.as_str()), (Some(0), ""), "{ended:?}");
    let safe = std::fs::read(&file).unwrap();
    let safe = safe.strip_prefix("\u{FEFF}".as_bytes()).unwrap();
    assert_eq!(read(safe), ["'=1+1", "a,\"b\"\nc;d", "'+442079460958", policies]);
    server.stop();
}

#[tokio::test]
async fn a_file_is_there_only_when_it_is_whole() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    server.stop();
    let file = home.path("customers.ndjson");
    let ended = c4w.run(&["export", "--output", file.to_str().unwrap(), "--organization", &c4w.keys.organization]);
    assert_eq!(ended.code, Some(6), "{ended:?}");
    assert!(!file.exists());
}

/// An export replaces regular files, and nothing else.
#[tokio::test]
async fn a_file_keeps_its_mode_and_what_is_no_file_is_written_itself() {
    use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let client = server.login(&c4w.keys).await;
    people(&client, &c4w.keys.organization, 1).await;
    let export = |name: &str| c4w.run(&["export", "--output", home.path(name).to_str().unwrap()]).code;
    std::fs::write(home.path("customers.ndjson"), "before").unwrap();
    std::fs::write(home.path("link.ndjson.part"), "another file").unwrap();
    std::fs::set_permissions(home.path("customers.ndjson"), PermissionsExt::from_mode(0o640)).unwrap();
    symlink("customers.ndjson", home.path("link.ndjson")).unwrap();
    assert_eq!(export("link.ndjson"), Some(0));
    let written = std::fs::read_to_string(home.path("customers.ndjson")).unwrap();
    assert_eq!(written.lines().count(), 1);
    assert_eq!(c4w.run(&["export", "--output", "-"]).stdout, written);
    assert_eq!(std::fs::metadata(home.path("customers.ndjson")).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(home.path("link.ndjson").is_symlink());
    assert_eq!(std::fs::read_to_string(home.path("link.ndjson.part")).unwrap(), "another file");

    let pipe = home.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || std::fs::read_to_string(pipe).unwrap()
    });
    assert_eq!(export("pipe"), Some(0));
    assert_eq!(reader.join().unwrap(), written);
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
    server.stop();
}

#[tokio::test]
async fn an_export_of_nobody_can_be_imported() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    for (format, name) in [("ndjson", "nobody.ndjson"), ("csv", "nobody.csv"), ("csv-safe", "nobody-safe.csv")] {
        let file = home.path(name);
        let ended = c4w.run(&["export", "--format", format, "--output", file.to_str().unwrap()]);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let ended = import(&c4w, &file, &[]);
        assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(0)), "{ended:?}");
    }
    let empty = home.path("empty.csv");
    std::fs::write(&empty, "").unwrap();
    assert_eq!(import(&c4w, &empty, &[]).code, Some(2));
    server.stop();
}
