//! Many rows with every kind of error among them: exactly the invalid ones are rejected, each unchanged, with its line
//! and every reason.

mod cells;
mod file;
mod kinds;
mod lines;
mod one_by_one;
mod row;

use std::collections::BTreeMap;

use cells::Cells;
use file::{File, Form};
use lines::Lines;
use serde_json::{Value, json};

use super::command::C4w;
use super::import::{listed, summary, write};
use crate::fixture::{Ended, Home};

const ROWS: usize = 10_000;
const OPTIONS: [&str; 4] = ["--deduplicate", "extId,email", "--encoding", "utf-8"];

fn import(c4w: &C4w<'_>, home: &Home, name: &str, text: &[u8], more: &[&str]) -> Ended {
    let file = write(home, name, text);
    c4w.run(&[&["--json", "import", file.to_str().unwrap()], &OPTIONS[..], more].concat())
}

/// The customers without generated values, and their ids.
fn customers(c4w: &C4w<'_>) -> (BTreeMap<String, Value>, BTreeMap<String, String>) {
    let (mut customers, mut ids) = (listed(c4w), BTreeMap::new());
    for (ext_id, customer) in &mut customers {
        let customer = customer.as_object_mut().unwrap();
        ids.insert(ext_id.clone(), customer["cid"].as_str().unwrap().to_owned());
        if ext_id != "crm-0" {
            customer.remove("username");
        }
        for own in ["cid", "organizationCid", "locationCid", "created", "modified"] {
            customer.remove(own);
        }
    }
    (customers, ids)
}

/// Compares line by line, so that a failure is readable.
fn assert_same(found: &[u8], expected: &[u8]) {
    let lines = |text| String::from_utf8_lossy(text).lines().map(str::to_owned).collect::<Vec<_>>();
    let (lines_found, lines_expected) = (lines(found), lines(expected));
    let differ = lines_found.iter().zip(&lines_expected).filter(|(found, expected)| found != expected);
    assert_eq!(differ.take(20).collect::<Vec<_>>(), []);
    assert_eq!(found, expected);
}

fn assert_customers(found: &BTreeMap<String, Value>, expected: &BTreeMap<String, Value>) {
    for (ext_id, customer) in expected {
        assert_eq!(found.get(ext_id), Some(customer), "{ext_id}");
    }
    assert_eq!(found.len(), expected.len());
}

fn exactly_the_faulty_rows_are_rejected(form: &dyn Form, name: &str) {
    let home = Home::new();
    let server = home.start();
    let c4w = C4w::at(&server, &home);
    let file = File::new(form, ROWS);
    let mut rejects = String::new();
    for options in [&["--dry-run"][..], &[]] {
        assert_eq!(customers(&c4w).0.len(), 0);
        let ended = import(&c4w, &home, name, &file.text, options);
        let told = summary(&ended);
        let counts = (&told["created"], &told["updated"], &told["rejected"]);
        assert_eq!(counts, (&json!(file.created), &json!(file.updated), &json!(file.rejects.len())), "{options:?}");
        assert_eq!(ended.code, Some(1), "{ended:?}");
        told["rejects"].as_str().unwrap().clone_into(&mut rejects);
    }
    let (found, ids) = customers(&c4w);
    assert_customers(&found, &file.customers);
    assert_same(&std::fs::read(rejects).unwrap(), &file.rejected(&ids));

    let (mended, customers_mended) = file.mended();
    let ended = import(&c4w, &home, &format!("mended-{name}"), &mended, &[]);
    assert_eq!((ended.code, &summary(&ended)["created"]), (Some(0), &json!(file.rejects.len())), "{ended:?}");
    let all = file.customers.into_iter().chain(customers_mended).collect();
    assert_customers(&customers(&c4w).0, &all);
    server.stop();
}

#[tokio::test]
async fn exactly_the_faulty_rows_of_csv_are_rejected() {
    exactly_the_faulty_rows_are_rejected(&Cells, "guests.csv");
}

#[tokio::test]
async fn exactly_the_faulty_lines_of_json_are_rejected() {
    exactly_the_faulty_rows_are_rejected(&Lines, "guests.ndjson");
}
