//! All measured loads.

use std::collections::BTreeSet;

use super::super::figures::Figures;
use super::super::run::{Measured, Place, Run, Subject};
use super::{row, shown, table};

/// The section of loads.
pub(super) fn section(figures: &Figures) -> String {
    let runs: BTreeSet<&Run> = figures.rounds.iter().flat_map(|round| round.runs.keys()).collect();
    let rows: String = runs.into_iter().map(|run| load(figures, *run)).collect();
    let columns = ["", "connections", "", "of pgbench", "of plain", "requests/s", "p50, ms", "p99, ms"];
    format!(
        "## Loads\n\n\
         Requests a second as multiples of pgbench at its best and of the plain way on as many connections, and what was \
         measured.\n\n{}{rows}",
        table(&columns)
    )
}

fn load(figures: &Figures, run: Run) -> String {
    let Run { place, work, connections, subject } = run;
    let of_pgbench = figures.series(|round| {
        let run = round.runs.get(&run).filter(|_| place == Place::Postgres)?;
        Some(run.rate / round.pgbench(work)?)
    });
    let rate = |measured: &Measured| Some(measured.rate);
    row(&[
        &format!("{}: {}", place.name(), work.name()),
        &connections.to_string(),
        subject.name(),
        &shown(&of_pgbench),
        &shown(&figures.ratio(run, Run { subject: Subject::Plain, ..run }, rate)),
        &shown(&figures.run(run, rate)),
        &shown(&figures.run(run, |measured| measured.p50)),
        &shown(&figures.run(run, |measured| measured.p99)),
    ])
}
