//! The report, in Markdown.

mod method;

use super::artifact::Artifact;
use super::figures::{Figures, Load, Start};
use super::load::CONNECTIONS;
use super::machine::Facts;
use super::options::Options;
use super::series::{Series, number};

/// Milliseconds from the start of the process to an answer.
const START_AIM: f64 = 200.0;
/// MiB of a server that nobody has asked anything yet.
const MEMORY_AIM: f64 = 40.0;

/// What was measured, and on what.
pub(crate) struct Setting {
    pub(crate) options: Options,
    pub(crate) artifact: Artifact,
    pub(crate) machine: Facts,
}

/// The whole report.
pub(crate) fn markdown(setting: &Setting, figures: &Figures) -> String {
    let customers = number(setting.options.customers as f64);
    let sections = [
        head(setting),
        method::section(setting.options),
        aims(&customers, figures),
        starts(&customers, figures),
        memory(&customers, figures),
        requests(figures),
        size(&setting.artifact),
    ];
    sections.join("\n")
}

fn head(setting: &Setting) -> String {
    let facts: String = setting.machine.iter().map(|(name, value)| format!("- {name}: {value}\n")).collect();
    format!(
        "# Benchmarks\n\n\
         Measured and written by `cargo xtask bench`, as it came out. Another machine has other figures: run it there.\n\n\
         {facts}",
    )
}

/// An aim is reached when every round reached it.
fn aims(customers: &str, figures: &Figures) -> String {
    let judged = [
        ("first start to first answer, in ms", START_AIM, &figures.empty.live),
        ("first start to first login, in ms", START_AIM, &figures.empty.login),
        (&format!("start with {customers} customers to first answer, in ms"), START_AIM, &figures.filled.live),
        (&format!("start with {customers} customers to first login, in ms"), START_AIM, &figures.filled.login),
        ("memory at rest after a first start, in MiB", MEMORY_AIM, &figures.empty.memory),
        (
            &format!("memory at rest after a start with {customers} customers, in MiB"),
            MEMORY_AIM,
            &figures.filled.memory,
        ),
    ];
    let rows: String = judged.iter().map(|(what, aim, series)| aim_row(what, *aim, series)).collect();
    format!("## Aims\n\nReached means: in every round.\n\n{}{rows}", table(&["", "aim: under", "measured", ""]))
}

fn aim_row(what: &str, aim: f64, series: &Series) -> String {
    let verdict = if series.highest() < aim { "reached" } else { "**not reached**" };
    row(&[what, &number(aim), &series.to_string(), verdict])
}

fn starts(customers: &str, figures: &Figures) -> String {
    let start = |name: &str, start: &Start| row(&[name, &start.live.to_string(), &start.login.to_string()]);
    format!(
        "## Start\n\n{}{}{}",
        table(&["data directory", "`GET /health/live` answers 200, ms", "first login, ms"]),
        start("empty", &figures.empty),
        start(&format!("with {customers} customers"), &figures.filled),
    )
}

fn memory(customers: &str, figures: &Figures) -> String {
    let memory = |when: &str, series: &Series| row(&[when, &series.to_string()]);
    format!(
        "## Memory\n\n{}{}{}{}{}\nCreating {customers} customers took {} s.\n",
        table(&["at rest", "MiB"]),
        memory("after a first start", &figures.empty.memory),
        memory(&format!("after a start with {customers} customers"), &figures.filled.memory),
        memory(&format!("after creating {customers} customers, measured once"), &figures.memory_filled),
        memory(&format!("after the loads below, {CONNECTIONS} connections each"), &figures.memory_loaded),
        figures.fill_seconds,
    )
}

fn requests(figures: &Figures) -> String {
    let loads: String = figures.loads.iter().map(load).collect();
    format!(
        "## Requests on SQLite\n\n\
         Fsyncs a second without the server: {} at the end of a growing file, {} over the same place.\n\n{}{loads}",
        figures.fsyncs,
        figures.fsyncs_in_place,
        table(&[
            "",
            "requests/s",
            "requests for each fsync",
            "p50, ms",
            "p99, ms",
            "server's processor time, µs/request"
        ]),
    )
}

fn load(load: &Load) -> String {
    let cells = [&load.rate, &load.per_fsync, &load.p50, &load.p99, &load.processor].map(Series::to_string);
    let [rate, per_fsync, p50, p99, processor] = &cells;
    row(&[load.name, rate, per_fsync, p50, p99, processor])
}

fn size(artifact: &Artifact) -> String {
    let mebibytes = number(artifact.size as f64 / 1024.0 / 1024.0);
    format!(
        "## Size\n\n\
         - The program has {mebibytes} MiB.\n\
         - Its dependency tree has {} packages, those of the workspace and procedural macros included \
         (`cargo tree -p app -e normal`).\n\
         - How long a clean build takes was not measured: it would take longer than all the rest.\n",
        artifact.packages
    )
}

/// The head of a table. The first column says what, and what is measured stands to the right.
fn table(columns: &[&str]) -> String {
    let lines: Vec<_> = (0..columns.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect();
    row(columns) + &row(&lines)
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests;
