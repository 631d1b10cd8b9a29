use super::super::figures::Round;
use super::super::lists::{Among, List, Order, Store};
use std::time::Duration;

use super::super::run::{Measured, Place, Processor, Run, Subject, Work};
use super::aims::{Aim, Good};
use super::*;

const CREATE: Run = Run { place: Place::Postgres, work: Work::Create, connections: 64, subject: Subject::Service };

fn setting() -> Setting {
    Setting {
        options: Options { rounds: 2, customers: 5000, seconds: 1, ..Options::default() },
        artifact: Artifact { size: 3 * 1024 * 1024, packages: 7 },
        machine: vec![("cores", "2".to_owned())],
    }
}

fn measured(rate: f64) -> Measured {
    let second = Duration::from_secs(1);
    let processor = Processor { service: second * 3, database: second, generator: second, idle: second };
    let transactions = Some(rate / 4.0);
    Measured { rate, p50: Some(1.0), p99: Some(2.0), requests: 1e5, processor, capacity: second * 8, transactions }
}

/// Figures that all differ.
fn figures() -> Figures {
    let run = |subject, connections, rate| (Run { subject, connections, ..CREATE }, measured(rate));
    let wifi = |work, rate| (Run { work, connections: 16, ..CREATE }, measured(rate));
    let runs = [
        wifi(Work::Authorize, 4000.0),
        wifi(Work::Live, 10_000.0),
        run(Subject::Service, 64, 3000.0),
        run(Subject::Plain, 64, 1000.0),
        run(Subject::Pgbench, 16, 2000.0),
        run(Subject::Pgbench, 64, 1500.0),
    ];
    let list = |among| List { store: Store::Sqlite, order: Order::Username, among };
    let lists = [(list(Among::Few), 1.0), (list(Among::Many), 1.25)];
    let logins = [(Place::Sqlite, 400.0)].into();
    let round = Round { runs: runs.into(), lists: lists.into(), logins, ..Round::default() };
    Figures { rounds: vec![round], ..Figures::default() }
}

#[test]
fn says_what_it_measured_and_on_what() {
    let report = markdown(&setting(), &figures());
    for text in [
        "- cores: 2\n",
        "- Rounds: 2.",
        "5,000 customers were created",
        "10,000 and 2,000,000.",
        "| POST, new guests: requests/s, 64 connections | pgbench at its best, a transaction each | ≥ 1.40 | ≥ 2.00 | 1.50 \
         | reached; the wish is missed by 25 % |",
        "| ≥ 2.20 | ≥ 2.70 | 3.00 | reached |",
        "| SQLite: page of 100 by username: median latency, very many | few | ≤ 1.50 |  | 1.25 | reached |",
        "| PostgreSQL, RADIUS authorize: requests/s, 16 connections | health/live, a constant | ≥ 0.30 | ≥ 0.50 | 0.40 \
         | reached; the wish is missed by 20 % |",
        "| SQLite: logins/s through FreeRADIUS (PAP), 16 at once |  | ≥ 500 |  | 400 | **missed by 20 %** |",
        "among 10,000 and 1,000,000 in SQLite",
        "| PostgreSQL: create | 64 | service | 1.50 | 3.00 | 3,000 | 1.00 | 2.00 |",
        "| create | plain | 30.0 | 10.0 | 10.0 | 12 % | 12 % | 25 % | 400 |",
        "used by other programs: 25 % of the machine",
        "- The program has 3.00 MiB.\n",
        "has 7 packages",
    ] {
        assert!(report.contains(text), "{text} is not in:\n{report}");
    }
}

#[test]
fn the_way_onto_the_wifi_is_told_by_itself() {
    let usual = setting();
    let report =
        markdown(&Setting { options: Options { wifi: true, scale: None, ..usual.options }, ..usual }, &figures());
    for text in ["# Benchmarks of the way onto the Wi-Fi\n", "bench --wifi`", "over 16 connections", "5,000 customers"]
    {
        assert!(report.contains(text), "{text} is not in:\n{report}");
    }
    for text in ["pgbench sends", "## Size", "Where the time goes"] {
        assert!(!report.contains(text), "{text} is in:\n{report}");
    }
}

#[test]
fn an_aim_is_judged_by_the_median() {
    let verdict = |good, wished, values: &[f64]| {
        let measured = values.iter().copied().collect();
        Aim { what: String::new(), against: "", good, needed: 2.0, wished, measured }.verdict()
    };
    assert_eq!(verdict(Good::AtLeast, None, &[1.0, 2.0, 2.0]), "reached");
    assert_eq!(verdict(Good::AtLeast, Some(4.0), &[3.0]), "reached; the wish is missed by 25 %");
    assert_eq!(verdict(Good::AtLeast, Some(4.0), &[1.0, 1.0, 9.0]), "**missed by 50 %**");
    assert_eq!(verdict(Good::AtMost, Some(1.0), &[1.0]), "reached");
    assert_eq!(verdict(Good::AtMost, Some(1.0), &[3.0]), "**missed by 50 %**");
}

#[test]
fn every_row_has_the_cells_of_its_table() {
    let report = markdown(&setting(), &figures());
    for table in report.split("\n\n").filter(|part| part.starts_with('|')) {
        let cells: Vec<_> =
            table.lines().take_while(|line| line.starts_with('|')).map(|line| line.matches('|').count()).collect();
        assert!(cells.len() > 2 && cells.iter().all(|count| *count == cells[0]), "{table}");
    }
}
