//! `c4w import` against the built server.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::command::C4w;
use crate::fixture::{Ended, Home};

/// An import of this file, with these options in addition to the common ones.
pub(super) fn import(c4w: &C4w<'_>, file: &Path, options: &[&str]) -> Ended {
    c4w.run(&[&["--json", "import", file.to_str().unwrap(), "--accept-policies"], options].concat())
}

pub(super) fn write(home: &Home, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let file = home.path(name);
    std::fs::write(&file, content).unwrap();
    file
}

pub(super) fn summary(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"))
}

/// Every customer of the list, by its id in the external system.
pub(super) fn listed(c4w: &C4w<'_>) -> BTreeMap<String, Value> {
    let exported = c4w.run(&["export"]).stdout;
    let customers: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = customers.len();
    let by_id: BTreeMap<_, _> =
        customers.into_iter().map(|it| (it["extId"]["id"].as_str().unwrap_or_default().to_owned(), it)).collect();
    assert_eq!(by_id.len(), count, "no two customers have one id");
    by_id
}

#[tokio::test]
async fn csv_of_every_kind_is_read() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let (utf8, latin) = ("J\u{fc}rgen", b"J\xfcrgen".to_vec());
    let comma = format!("\u{FEFF}extId,First Name,last_name,custom.note\r\nbom,{utf8},\"a,\"\"b\"\"\r\nc\",x\r\n");
    let semicolon = format!("Ext-ID;firstname;LASTNAME;policies.customs.club\nsemicolon;{utf8};\"a;b\";true\n");
    let tab = format!("ext id\tFIRSTNAME\tlastName\ntab\t{utf8}\t\"a\tb\"\n\n");
    let mut windows = b"extId;firstName;lastName\nwindows;".to_vec();
    windows.extend([latin.as_slice(), b";x\n"].concat());
    let expected = [("bom", "a,\"b\"\r\nc"), ("semicolon", "a;b"), ("tab", "a\tb"), ("windows", "x")];
    for (name, content) in [
        ("a.csv", comma.into_bytes()),
        ("b.csv", semicolon.into_bytes()),
        ("c.tsv", tab.into_bytes()),
        ("d.csv", windows),
    ] {
        let ended = import(&c4w, &write(&home, name, content), &[]);
        assert_eq!(ended.code, Some(0), "{name}: {ended:?}");
        assert_eq!((&summary(&ended)["created"], &summary(&ended)["rows"]), (&json!(1), &json!(1)));
    }
    let listed = listed(&c4w);
    for (id, last_name) in expected {
        assert_eq!((&listed[id]["firstName"], &listed[id]["lastName"]), (&json!(utf8), &json!(last_name)), "{id}");
    }
    server.stop();
}

#[tokio::test]
async fn columns_are_mapped_as_they_are_told() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let file = write(&home, "crm.csv", "Client no.,Remarks,Vorname,Size\n17,odd,Ada,9\n");
    let refused = import(&c4w, &file, &[]);
    assert_eq!(refused.code, Some(2));
    assert!(refused.stderr.contains("Client no., Remarks, Vorname, Size"), "{}", refused.stderr);
    assert_eq!(import(&c4w, &file, &["--map", "Client=extId"]).code, Some(2), "no such column");
    assert_eq!(import(&c4w, &file, &["--map", "Size=shoe"]).code, Some(2), "no such field");

    write(&home, "mapping.toml", "\"Client no.\" = \"extId\"\n\"Vorname\" = \"lastName\"\n");
    let mapping = home.path("mapping.toml");
    let mapped = ["--mapping", mapping.to_str().unwrap(), "--map", "Vorname=firstName", "--map", "Remarks="];
    let constants = ["--map", "Size=custom.size", "--set", "language=de", "--source", "kiosk"];
    assert_eq!(import(&c4w, &file, &[&mapped[..], &constants].concat()).code, Some(0));
    let customer = listed(&c4w)["17"].clone();
    assert_eq!((&customer["firstName"], &customer["signupMethod"]), (&json!("Ada"), &json!("kiosk")));
    let stored = c4w.json(&["customer", "get", customer["cid"].as_str().unwrap()]);
    assert_eq!((&stored["language"], &stored["custom"]), (&json!("de"), &json!({"size": "9"})));
    server.stop();
}

#[tokio::test]
async fn two_rows_of_one_person_are_one_customer() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let row = |number: usize| json!({"extId": format!("crm-{}", number % 2000), "firstName": format!("Ada {number}")});
    let rows: String = (0..3000).map(|number| format!("{}\n", row(number))).collect();
    let file = write(&home, "guests.ndjson", rows);
    let first = import(&c4w, &file, &["--deduplicate", "extId"]);
    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!((&summary(&first)["created"], &summary(&first)["updated"]), (&json!(2000), &json!(1000)));
    let again = import(&c4w, &file, &["--deduplicate", "extId"]);
    assert_eq!(summary(&again)["updated"], 3000);
    let listed = listed(&c4w);
    assert_eq!((listed.len(), &listed["crm-7"]["firstName"]), (2000, &json!("Ada 2007")));
    assert!(!home.path("guests.ndjson.rejects").exists() && !home.path("guests.ndjson.c4w-import").exists());
    server.stop();
}

#[tokio::test]
async fn policies_are_accepted_for_those_who_have_not_answered() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let policies = |id: &str| {
        let found: Value = c4w.json(&["customer", "get", id]);
        (found["policies"]["privacy"].clone(), found["policies"]["termsOfUse"].clone())
    };
    let file = write(&home, "new.csv", "extId,privacy\ncrm-1,\ncrm-2,no\n");
    let ended = import(&c4w, &file, &["--deduplicate", "extId"]);
    assert_eq!((&summary(&ended)["created"], &summary(&ended)["refused"]), (&json!(1), &json!(1)), "{ended:?}");
    assert!(summary(&ended).get("assumedConsents").is_none(), "nobody was known: {ended:?}");
    let rejected = std::fs::read_to_string(home.path("new.csv.rejects")).unwrap();
    assert!(rejected.contains("crm-2") && rejected.contains("must be accepted"), "{rejected}");

    let customer = listed(&c4w)["crm-1"]["cid"].as_str().unwrap().to_owned();
    c4w.json(&["customer", "update", &customer, "--set", "policies.privacy=no"]);
    let own = write(&home, "own.csv", "extId,privacy,termsOfUse\ncrm-1,no,yes\n");
    let ended = import(&c4w, &own, &["--deduplicate", "extId"]);
    assert_eq!(summary(&ended)["updated"], 1, "{ended:?}");
    assert!(summary(&ended).get("assumedConsents").is_none(), "the row has its own answers: {ended:?}");
    assert_eq!(policies(&customer), (json!(false), json!(true)));

    let known = write(&home, "known.csv", "extId,firstName\ncrm-1,Ada\n");
    let ended = import(&c4w, &known, &["--deduplicate", "extId", "--dry-run"]);
    assert_eq!(summary(&ended)["assumedConsents"], 1, "{ended:?}");
    assert!(ended.stderr.contains("it replaces a withdrawal"), "{ended:?}");
    assert_eq!(policies(&customer), (json!(false), json!(true)), "without the option it stays");
    let ended = c4w.run(&["import", known.to_str().unwrap(), "--deduplicate", "extId"]);
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(policies(&customer), (json!(false), json!(true)));
    server.stop();
}

#[tokio::test]
async fn an_import_comes_from_standard_input_too() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let (state, rejects) = (home.path("state"), home.path("rejects"));
    let files = ["--state", state.to_str().unwrap(), "--rejects", rejects.to_str().unwrap()];
    let arguments = [&["--json", "import", "-", "--accept-policies"], &files[..]].concat();
    let ended = c4w.run_on(&arguments, "{\"extId\":\"1\"}\n\nno JSON\n{\"extId\":\"2\"}\n");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    let rejected: Value = serde_json::from_str(&std::fs::read_to_string(rejects).unwrap()).unwrap();
    assert_eq!((&rejected["line"], &rejected["row"]), (&json!(3), &json!("no JSON")));
    assert_eq!(listed(&c4w).into_keys().collect::<BTreeSet<_>>(), BTreeSet::from(["1".to_owned(), "2".to_owned()]));
    server.stop();
}

#[tokio::test]
async fn a_dry_run_tells_what_would_happen_and_writes_nothing() {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let known = write(&home, "known.ndjson", "{\"extId\":\"crm-3\"}\n");
    assert_eq!(import(&c4w, &known, &[]).code, Some(0));
    let row = |number: usize| json!({"extId": format!("crm-{}", number % 1000)});
    let rows: String = (0..1500).map(|number| format!("{}\n", row(number))).collect();
    let file = write(&home, "guests.ndjson", rows + "{\"email\":\"odd\"}\n");
    for options in [&["--deduplicate", "extId", "--dry-run"][..], &["--deduplicate", "extId"]] {
        let ended = import(&c4w, &file, options);
        let told = summary(&ended);
        assert_eq!((&told["created"], &told["updated"]), (&json!(999), &json!(501)), "{ended:?}");
        assert_eq!((ended.code, &told["rejected"]), (Some(1), &json!(1)));
        assert_eq!(listed(&c4w).len(), if options.contains(&"--dry-run") { 1 } else { 1000 });
    }
    server.stop();
}
