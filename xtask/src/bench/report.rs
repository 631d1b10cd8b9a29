//! The report, in Markdown.

use super::artifact::Artifact;
use super::figures::{Figures, Load, Start};
use super::machine::Facts;
use super::options::Options;
use super::round::CONNECTIONS;
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
        method(setting.options),
        aims(&customers, figures),
        starts(&customers, figures),
        memory(&customers, figures),
        requests(figures),
        size(&setting.artifact),
    ];
    sections.join("\n")
}

fn head(setting: &Setting) -> String {
    let facts = setting.machine.iter().map(|(name, value)| row(&[name, value])).collect::<String>();
    format!(
        "# Benchmarks\n\n\
         Measured and written by `cargo xtask bench`, as it came out. Figures of another machine are others: run it there.\n\n\
         {}{facts}",
        table(&["machine", ""]),
    )
}

fn method(Options { rounds, customers, seconds }: Options) -> String {
    let customers = number(customers as f64);
    format!(
        "## Method\n\n\
         - {rounds} rounds. Figures are the median of the rounds, with the lowest and the highest in parentheses.\n\
         - The release build, started on loopback with a data directory on the file system named above, with the log at \
         its default level written to a file. Nothing is switched off: JWT, validation, sealing of passwords, and an \
         fsync before each answer to a write.\n\
         - Server and load generator share the machine, and the generator takes a part of it.\n\
         - The {customers} customers are created through the HTTP interface, once. Every round begins with a copy of \
         that data directory, so start and loads find {customers} customers each time, in the page cache.\n\
         - A start is timed from the creation of the process. The server chooses its port and prints it; from then on a \
         connection is tried, with a pause of 1 ms after a failure, so that times may be 1 ms too long. The program is \
         in the page cache. The empty directory is a first start: keys, tables and a demonstration are made.\n\
         - Memory is what `/proc/PID/status` calls VmRSS, pages of the program itself included, read when the server \
         has used no processor time for half a second.\n\
         - A load lasts {seconds} s, with {CONNECTIONS} connections that stay open; each asks again as soon as it is \
         answered. Status and customer id of every answer are checked, and one wrong answer ends the run. The latency \
         is that of the whole answer.\n\
         - An fsync, for scale, is 4 KiB appended to a file and fdatasync, one after the other from one thread, on the \
         same file system in the same round, before the loads. A growing file costs the file system more than SQLite's \
         journal does once that has its size, so a ratio above 1 is possible with one fsync for each request.\n"
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
        "## Memory\n\n{}{}{}{}{}\n{}",
        table(&["at rest", "MiB"]),
        memory("after a first start", &figures.empty.memory),
        memory(&format!("after a start with {customers} customers"), &figures.filled.memory),
        memory(&format!("after creating {customers} customers, measured once"), &figures.memory_filled),
        memory(&format!("after the loads below, {CONNECTIONS} connections each"), &figures.memory_loaded),
        format_args!("Creating them took {} s.\n", figures.fill_seconds),
    )
}

fn requests(figures: &Figures) -> String {
    let loads: String = figures.loads.iter().map(load).collect();
    format!(
        "## Requests on SQLite\n\n\
         Fsyncs a second without the server: {}.\n\n{}{loads}",
        figures.fsyncs,
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

/// The head of a table. Everything but the first column is numbers.
fn table(columns: &[&str]) -> String {
    let lines: Vec<_> = (0..columns.len()).map(|column| if column == 0 { "---" } else { "---:" }).collect();
    row(columns) + &row(&lines)
}

fn row(cells: &[&str]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

#[cfg(test)]
mod tests;
