//! Where the time goes.

use super::super::figures::Figures;
use super::super::pgbench::CLIENTS;
use super::super::run::{Measured, Place, Processor, Run, Subject, Work};
use super::super::series::{Series, number};
use super::super::versus::USUAL;
use super::{row, table};

/// What a person found out about the figures.
const PROFILE: &str = include_str!("profile.md");

/// The section.
pub(super) fn section(figures: &Figures, cores: usize) -> String {
    let works = [Work::Create, Work::Upsert, Work::LookUp];
    let subjects = [Subject::Service, Subject::Plain, Subject::Pgbench];
    let runs = works.into_iter().flat_map(|work| subjects.map(|subject| (work, subject)));
    let rows: String = runs.filter_map(|(work, subject)| load(figures, work, subject, cores)).collect();
    let columns = [
        "",
        "",
        "the service's µs",
        "PostgreSQL's µs",
        "the generator's µs",
        "nobody's part of the machine",
        "requests in a transaction",
    ];
    format!(
        "## Where the time goes\n\n\
         Processor time for a request on PostgreSQL, {USUAL} connections; pgbench with {} clients, and it is its own \
         generator. The part of the machine that nobody of them uses is left to waiting, for the disk above all, and to \
         the kernel's threads.\n\n{}{rows}\n{PROFILE}",
        CLIENTS[CLIENTS.len() - 1],
        table(&columns)
    )
}

fn load(figures: &Figures, work: Work, subject: Subject, cores: usize) -> Option<String> {
    let run = Run { place: Place::Postgres, work, connections: USUAL, subject };
    let each = |part: fn(Processor) -> std::time::Duration| {
        figures.run(run, |measured| Some(measured.each(part(measured.processor)))).to_string()
    };
    let unused = figures.run(run, |measured| Some(100.0 * unused(measured, cores)));
    if unused.is_empty() {
        return None;
    }
    Some(row(&[
        work.name(),
        subject.name(),
        &if subject == Subject::Pgbench { String::new() } else { each(|processor| processor.service) },
        &each(|processor| processor.database),
        &each(|processor| processor.generator),
        &format!("{} %", number(unused.median())),
        &batch(&figures.run(run, Measured::batch)),
    ]))
}

fn batch(series: &Series) -> String {
    if series.is_empty() { String::new() } else { series.to_string() }
}

/// From 0 to 1.
fn unused(measured: &Measured, cores: usize) -> f64 {
    let Processor { service, database, generator } = measured.processor;
    let time = measured.requests / measured.rate;
    1.0 - (service + database + generator).as_secs_f64() / (time * cores as f64)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_nobody_used_is_left() {
        let second = Duration::from_secs(1);
        let processor = Processor { service: second, database: second * 4, generator: second };
        let measured =
            Measured { rate: 100.0, p50: None, p99: None, requests: 500.0, processor, transactions: Some(0.0) };
        assert!((unused(&measured, 2) - 0.4).abs() < 1e-9);
        assert_eq!(measured.batch(), None);
    }
}
