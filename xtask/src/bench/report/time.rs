//! The analysis of where the time goes.

use std::time::Duration;

use super::super::figures::Figures;
use super::super::pgbench::CLIENTS;
use super::super::run::{Measured, Place, Processor, Run, Subject, Work};
use super::super::versus::USUAL;
use super::{row, shown, table};

/// A developer's findings about the figures.
const PROFILE: &str = include_str!("profile.md");

/// The section of the analysis.
pub(super) fn section(figures: &Figures) -> String {
    let works = [Work::Create, Work::Upsert, Work::LookUp, Work::Exist, Work::Check];
    let subjects = [Subject::Service, Subject::Plain, Subject::Pgbench];
    let runs = works.into_iter().flat_map(|work| subjects.map(|subject| (work, subject)));
    let rows: String = runs.filter_map(|(work, subject)| load(figures, work, subject)).collect();
    let columns = [
        "",
        "",
        "service, µs",
        "PostgreSQL, µs",
        "generator, µs",
        "generator's part of the machine",
        "idle",
        "others",
        "requests in a transaction",
    ];
    format!(
        "## Where the time goes\n\n\
         Processor time for a request on PostgreSQL, {USUAL} connections. pgbench has {} clients here; it is its own \
         generator, and what it needs for connecting is counted. Idle is what waiting leaves, above all for the disk; the \
         kernel's threads are among the others.\n\n{}{rows}\n{PROFILE}",
        CLIENTS[CLIENTS.len() - 1],
        table(&columns)
    )
}

fn load(figures: &Figures, work: Work, subject: Subject) -> Option<String> {
    let run = Run { place: Place::Postgres, work, connections: USUAL, subject };
    let each = |part: fn(Processor) -> Duration| {
        figures.run(run, |measured| Some(measured.each(part(measured.processor)))).to_string()
    };
    let part = |part: fn(&Measured) -> f64| {
        let percent = figures.run(run, |measured| Some(100.0 * part(measured)));
        format!("{:.0} %", percent.median())
    };
    // A read-only load writes nothing: the few transactions during it are the server's own.
    let batch = figures.run(run, |measured| measured.batch().filter(|_| work.writes()));
    if figures.run(run, |measured| Some(measured.rate)).is_empty() {
        return None;
    }
    Some(row(&[
        work.name(),
        subject.name(),
        &if subject == Subject::Pgbench { String::new() } else { each(|processor| processor.service) },
        &each(|processor| processor.database),
        &each(|processor| processor.generator),
        &part(|measured| measured.part(measured.processor.generator)),
        &part(|measured| measured.part(measured.processor.idle)),
        &part(Measured::others),
        &shown(&batch),
    ]))
}
